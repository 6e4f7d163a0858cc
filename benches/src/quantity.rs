//! Numbers of many rounds as one, and as a person reads them.

/// Where the rounds lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// A tenth of the rounds were below it.
    pub(crate) low: f64,
    /// Half of them.
    pub(crate) median: f64,
    /// Nine tenths of them.
    pub(crate) high: f64,
}

/// The spread of some numbers; zeros when there are none.
pub(crate) fn spread(numbers: impl Iterator<Item = f64>) -> Spread {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let place = (sorted.len().saturating_sub(1)) as f64 * part;
        let (below, above) = (place.floor() as usize, place.ceil() as usize);
        match (sorted.get(below), sorted.get(above)) {
            (Some(below), Some(above)) => below + (above - below) * place.fract(),
            _ => 0.0,
        }
    };
    Spread {
        low: at(0.1),
        median: at(0.5),
        high: at(0.9),
    }
}

/// A time given in nanoseconds, with three digits that count and its unit.
pub(crate) fn time(nanoseconds: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")];
    let (scale, unit) = units
        .into_iter()
        .find(|(scale, _)| nanoseconds >= scale * 0.9995)
        .unwrap_or((1.0, "ns"));
    format!("{} {unit}", digits(nanoseconds / scale))
}

/// Memory given in bytes, likewise.
pub(crate) fn memory(bytes: f64) -> String {
    let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let (scale, unit) = units
        .into_iter()
        .find(|(scale, _)| bytes >= scale * 0.9995)
        .unwrap_or((1.0, "bytes"));
    format!("{} {unit}", digits(bytes / scale))
}

/// A number below a thousand or so with three digits that count.
pub(crate) fn digits(number: f64) -> String {
    match number.abs() {
        ..9.995 => format!("{number:.2}"),
        ..99.95 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// A count an operation: whole when it is whole, grouped by thousands.
pub(crate) fn count(number: f64) -> String {
    if number.abs() < 0.005 {
        return "0".to_owned();
    }
    if number < 100.0 && (number - number.round()).abs() >= 0.005 {
        return format!("{number:.2}");
    }
    let whole = format!("{number:.0}");
    let mut grouped = String::new();
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(spread([4.0, 1.0, 2.0, 3.0].into_iter()).median, 2.5);
        assert_eq!(
            spread([7.0].into_iter()),
            Spread {
                low: 7.0,
                median: 7.0,
                high: 7.0
            }
        );
        assert_eq!(spread(std::iter::empty()).median, 0.0);
    }

    #[test]
    fn a_time_has_the_unit_that_a_person_would_choose() {
        assert_eq!(time(0.416), "0.42 ns");
        assert_eq!(time(999.7), "1.00 µs");
        assert_eq!(time(612.4), "612 ns");
        assert_eq!(time(212_345_678.0), "212 ms");
    }

    #[test]
    fn memory_has_the_unit_that_a_person_would_choose() {
        assert_eq!(memory(31_457_280.0), "31.5 MB");
        assert_eq!(memory(999_700.0), "1.00 MB");
    }

    #[test]
    fn a_count_is_whole_when_it_is_whole() {
        assert_eq!(count(0.0), "0");
        assert_eq!(count(0.02), "0.02");
        assert_eq!(count(18.0), "18");
        assert_eq!(count(11_418.0), "11,418");
    }
}
