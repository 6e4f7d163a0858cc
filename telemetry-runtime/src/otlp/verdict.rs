//! What an answer of the backend means for the records of a message, by the rules of the OTLP specification.

use std::error::Error;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Longest pause that a backend is granted: one that asks for more may ask again, and one that asks for an age would
/// have a moment that no clock can tell.
const LONGEST_DELAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The backend has all of it.
    Acknowledged,
    /// It has some of it, and does not say what is missing.
    Partial(String),
    /// It may have it later, not before this time.
    Retry(Option<Duration>, String),
    /// It will not have it.
    Refused(String),
    /// It said nothing in time.
    Silent(String),
}

impl Verdict {
    /// Of a message that was answered with OK.
    pub(crate) fn of_success(partial: Option<(i64, String)>) -> Verdict {
        match partial {
            Some((rejected, why)) if rejected > 0 => {
                Verdict::Partial(format!("it rejected {rejected} of the items: {why}"))
            }
            _ => Verdict::Acknowledged,
        }
    }

    /// Of a message that was answered with an error, or not at all.
    pub(crate) fn of_failure(status: &Status) -> Verdict {
        let why = words(status);
        let delay = status.get_details_retry_info().and_then(|info| info.retry_delay);
        let delay = delay.map(|delay| delay.min(LONGEST_DELAY));
        match status.code() {
            Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unavailable
            | Code::DataLoss => Verdict::Retry(delay, why),
            // Only a backend that says when it will have room again has room again.
            Code::ResourceExhausted if delay.is_some() => Verdict::Retry(delay, why),
            _ => Verdict::Refused(why),
        }
    }
}

/// The code, and what went wrong on the way there. A backend's own words may quote what they were given.
fn words(status: &Status) -> String {
    let mut words = format!("{:?}", status.code());
    let mut cause = status.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn only_what_the_specification_calls_retryable_is_retried() {
        let retried: Vec<Code> = (1..=16)
            .map(Code::from_i32)
            .filter(|code| matches!(Verdict::of_failure(&Status::new(*code, "")), Verdict::Retry(..)))
            .collect();
        let expected = [
            Code::Cancelled,
            Code::DeadlineExceeded,
            Code::Aborted,
            Code::OutOfRange,
            Code::Unavailable,
            Code::DataLoss,
        ];
        assert_eq!(retried, expected);
    }

    #[test]
    fn an_exhausted_backend_is_asked_again_when_it_says_when() {
        let after = Duration::from_secs(3);
        let details = ErrorDetails::with_retry_info(Some(after));
        let status = Status::with_error_details(Code::ResourceExhausted, "", details);
        let Verdict::Retry(Some(delay), _) = Verdict::of_failure(&status) else {
            panic!("not retried");
        };
        assert_eq!(delay, after);
    }

    #[test]
    fn a_backend_that_asks_for_an_age_is_asked_again_within_a_day() {
        let details = ErrorDetails::with_retry_info(Some(Duration::MAX));
        let status = Status::with_error_details(Code::Unavailable, "", details);
        let verdict = Verdict::of_failure(&status);
        assert!(
            matches!(verdict, Verdict::Retry(Some(delay), _) if delay == LONGEST_DELAY),
            "{verdict:?}"
        );
    }

    #[test]
    fn a_warning_of_a_backend_that_has_everything_is_an_acknowledgement() {
        let warning = Verdict::of_success(Some((0, "slow down".to_owned())));
        assert_eq!(warning, Verdict::Acknowledged);
    }
}
