//! Numbers with units as an operator reads them: durations, places on a run's own clock, bytes, counts.

use crate::look::Signs;

/// A duration in at most seven columns: `41ms`, `1.21s`, `12.4s`, `2m05s`, `1h02m`.
pub(crate) fn duration(nanos: u64, signs: &Signs) -> String {
    let (micros, millis, seconds) = (nanos / 1_000, nanos / 1_000_000, nanos / 1_000_000_000);
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match nanos {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanos}ns"),
        _ if millis == 0 => format!("{micros}{}", signs.micro),
        _ if seconds == 0 => format!("{millis}ms"),
        _ if seconds < 10 => format!("{}.{:02}s", seconds, millis % 1_000 / 10),
        _ if minutes == 0 => format!("{}.{}s", seconds, millis % 1_000 / 100),
        _ if hours == 0 => format!("{minutes}m{:02}s", seconds % 60),
        _ if days == 0 => format!("{hours}h{:02}m", minutes % 60),
        _ => format!("{days}d{:02}h", hours % 24),
    }
}

/// A place on the run's own clock: `0:12.404`, `1:02:12.404`.
pub(crate) fn clock(nanos: u64) -> String {
    let millis = nanos / 1_000_000;
    let (hours, minutes) = (millis / 3_600_000, millis / 60_000 % 60);
    let rest = format!("{:02}.{:03}", millis / 1_000 % 60, millis % 1_000);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{rest}")
    } else {
        format!("{minutes}:{rest}")
    }
}

/// Bytes: `512 B`, `128.4 MiB`.
pub(crate) fn bytes(value: f64) -> String {
    let mut value = value;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if value.abs() < 1024.0 {
            return if unit == "B" {
                format!("{value:.0} B")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1024.0;
    }
    format!("{value:.1} TiB")
}

/// A number of things: `1 event`, `12,345 events`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    format!(
        "{} {thing}{}",
        grouped(number),
        if number == 1 { "" } else { "s" }
    )
}

/// A number with its thousands apart: `12,345`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A value in its unit (UCUM), as short as it stays exact enough to read.
pub(crate) fn measured(value: f64, unit: &str, signs: &Signs) -> String {
    let number = if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{value:.0}")
    } else {
        format!("{value:.3}")
    };
    let time = |nanos: f64| duration((value * nanos) as u64, signs);
    match unit {
        "By" => bytes(value),
        // An annotation such as `{hit}` repeats what the metric's name says.
        "1" | "" => number,
        _ if unit.starts_with('{') => number,
        "s" => time(1e9),
        "ms" => time(1e6),
        "us" => time(1e3),
        _ => format!("{number} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::UNICODE;

    #[test]
    fn durations_keep_three_digits_and_seven_columns() {
        let table = [
            (0, "0s"),
            (999, "999ns"),
            (41_999, "41µs"),
            (999_999_999, "999ms"),
            (1_219_000_000, "1.21s"),
            (12_499_000_000, "12.4s"),
            (125_000_000_000, "2m05s"),
            (3_720_000_000_000, "1h02m"),
            (93_600_000_000_000, "1d02h"),
        ];
        for (nanos, text) in table {
            assert_eq!(duration(nanos, &UNICODE), text);
        }
    }

    #[test]
    fn clocks_bytes_and_counts_read_well() {
        assert_eq!(
            (clock(12_404_999_999), clock(3_732_404_000_000)),
            ("0:12.404".into(), "1:02:12.404".into())
        );
        assert_eq!(
            (bytes(512.0), bytes(134_637_158.0)),
            ("512 B".into(), "128.4 MiB".into())
        );
        assert_eq!(
            (count(1, "event"), count(1_234_567, "event")),
            ("1 event".into(), "1,234,567 events".into())
        );
    }

    #[test]
    fn a_measured_value_is_shown_in_its_unit() {
        let table = [
            (3.0, "{exit}", "3"),
            (0.25, "1", "0.250"),
            (8.82, "s", "8.82s"),
            (1024.0, "By", "1.0 KiB"),
            (7.0, "Cel", "7 Cel"),
        ];
        for (value, unit, text) in table {
            assert_eq!(measured(value, unit, &UNICODE), text);
        }
    }
}
