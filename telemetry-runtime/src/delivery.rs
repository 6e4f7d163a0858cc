//! How a run ends, and what is known at its end: the program says how it went, and hears where its records are.

use std::fmt::{self, Display};
use std::path::PathBuf;

use crate::def::ErrorDef;
use crate::line::{Ledger, Outcome};
use crate::notice::Notice;
use crate::vocabulary::{ErrorItem, Fails, Vocabulary};

/// How a command went, as `finish` needs to know it.
#[derive(Debug)]
pub struct Ending {
    /// How it ended.
    pub outcome: Outcome,
    /// Exit code of the process, where it is known.
    pub exit_code: Option<i32>,
    /// Which error, when it failed.
    pub error: Option<&'static ErrorDef>,
    /// The error's own words.
    pub message: Option<String>,
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Ending {
        Ending {
            outcome,
            exit_code: None,
            error: None,
            message: None,
        }
    }
}

/// What says how a run of the vocabulary `V` ended: a `&Result`, an [`Outcome`], or one of them beside the exit
/// code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how the run ended",
    note = "`finish` takes a `&Result<_, E>` whose error converts into the schema's error type, an `Outcome`, or \
            one of them in a tuple with the exit code"
)]
pub trait Conclusion<V> {
    /// How it ended.
    fn ending(self) -> Ending;
}

impl<V> Conclusion<V> for Outcome {
    fn ending(self) -> Ending {
        self.into()
    }
}

impl<V: Vocabulary, T, E: Fails<V::ErrorType> + Display> Conclusion<V> for &Result<T, E> {
    fn ending(self) -> Ending {
        match self {
            Ok(_) => Outcome::Success.into(),
            Err(error) => Ending {
                error: Some(error.error_type().def()),
                message: Some(error.to_string()),
                ..Outcome::Failure.into()
            },
        }
    }
}

impl<V, C: Conclusion<V>> Conclusion<V> for (C, i32) {
    fn ending(self) -> Ending {
        Ending {
            exit_code: Some(self.1),
            ..self.0.ending()
        }
    }
}

/// Where the records of a run are, said when it has ended. `Display` makes one honest sentence of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// The run's id; empty when it was off.
    pub run_id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The run file, where there is one.
    pub file: Option<PathBuf>,
    /// Where the records went.
    pub ledger: Ledger,
    /// Everything that the operator was told on the way.
    pub notices: Vec<Notice>,
}

impl Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.run_id.is_empty() {
            return f.write_str("telemetry was off: nothing was recorded");
        }
        let Ledger {
            acknowledged,
            in_file,
            dropped,
            ..
        } = self.ledger;
        write!(f, "run {}: ", self.run_id)?;
        match (&self.file, in_file, acknowledged) {
            (_, 0, 0) => f.write_str("no record was kept")?,
            (Some(file), _, 0) => write!(f, "{} in {}", Records(in_file), file.display())?,
            (_, 0, _) => write!(f, "{} at the backend", Records(acknowledged))?,
            (Some(file), ..) => write!(
                f,
                "{} at the backend and {} in {}",
                Records(acknowledged),
                Records(in_file),
                file.display()
            )?,
            (None, _, 0) => write!(f, "{} in memory", Records(in_file))?,
            (None, ..) => write!(f, "{} at the backend", Records(acknowledged))?,
        }
        if dropped > 0 {
            write!(f, "; {} lost", Records(dropped))?;
        }
        Ok(())
    }
}

/// "1 record", "2 records".
struct Records(u64);

impl Display for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} record{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}
