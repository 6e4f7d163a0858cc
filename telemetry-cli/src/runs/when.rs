//! Moments as an operator types them: `2026-11-23T01:59:00Z`, `2026-11-23 01:59`, a date, or a span such as `2h`,
//! which counts back from now. What has no offset is in the operator's own time zone.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use crate::failure::Failure;

/// Which end of a range a moment is: of a date, its first instant or the first one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// From this moment on.
    Since,
    /// Up to this moment, which is not in the range itself.
    Until,
}

/// The moment that was typed for a flag.
///
/// # Errors
///
/// When it is none of the forms, or lies outside of the calendar.
pub(crate) fn moment(
    flag: &str,
    text: &str,
    edge: Edge,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Timestamp, Failure> {
    let none = || {
        Failure::Asked(format!(
            "{flag} `{text}` is no time: type one such as 2026-11-23T01:59:00Z, a date such as 2026-11-23, or how \
             long ago, such as 2h or \"3 days\""
        ))
    };
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    if let Ok(span) = text.parse::<Span>() {
        let now = Zoned::new(now, zone.clone());
        return now
            .checked_sub(span.abs())
            .map(|then| then.timestamp())
            .map_err(|_| none());
    }
    // A day and a day with a time look alike to the parser; only the day is as long as a day.
    let local = match (text.len(), text.parse::<Date>()) {
        (..=10, Ok(day)) if edge == Edge::Until => day.tomorrow().map(DateTime::from),
        (..=10, Ok(day)) => Ok(DateTime::from(day)),
        _ => text.parse::<DateTime>(),
    };
    let zoned = local.and_then(|local| local.to_zoned(zone.clone()));
    zoned.map(|zoned| zoned.timestamp()).map_err(|_| none())
}

#[cfg(test)]
mod tests {
    use jiff::tz;

    use super::*;

    #[test]
    fn a_moment_is_a_time_a_day_or_so_long_ago_in_the_operators_zone() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().expect("a time");
        let zone = TimeZone::fixed(tz::offset(2));
        let table = [
            ("2026-11-23T01:59:00Z", Edge::Since, "2026-11-23T01:59:00Z"),
            ("2026-11-23T01:59:00+05:30", Edge::Until, "2026-11-22T20:29:00Z"),
            ("2026-11-23 01:59", Edge::Since, "2026-11-22T23:59:00Z"),
            ("2026-11-23", Edge::Since, "2026-11-22T22:00:00Z"),
            ("2026-11-23", Edge::Until, "2026-11-23T22:00:00Z"),
            ("2h", Edge::Since, "2026-11-23T10:00:00Z"),
            ("90m", Edge::Until, "2026-11-23T10:30:00Z"),
            ("3 days", Edge::Since, "2026-11-20T12:00:00Z"),
            ("3 days ago", Edge::Since, "2026-11-20T12:00:00Z"),
            ("PT1H", Edge::Since, "2026-11-23T11:00:00Z"),
        ];
        for (text, edge, moment_of) in table {
            let moment = moment("--since", text, edge, now, &zone).map(|moment| moment.to_string());
            assert_eq!(moment.expect("a moment"), moment_of, "{text}");
        }
        for text in ["", "yesterday", "2026-13-01", "9999999 years", "12"] {
            let refused = moment("--since", text, Edge::Since, now, &zone);
            let words = refused.expect_err(text).to_string();
            assert!(
                words.starts_with(&format!("--since `{text}` is no time: ")),
                "{words}"
            );
        }
    }
}
