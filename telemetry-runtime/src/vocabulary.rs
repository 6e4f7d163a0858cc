//! What the generated items of a vocabulary have in common, so that the runtime can be generic over schemas that
//! it has never seen. A build script implements these traits; call sites meet only [`Fails`], in an error message.

use crate::def::{ErrorDef, EventDef, SchemaDef, ScreenDef, SpanDef};
use crate::guard::SpanGuard;
use crate::line::{AttributeValue, Attributes};
use crate::value::Value;

/// A whole vocabulary, as a type.
pub trait Vocabulary: 'static {
    /// Its definitions.
    const SCHEMA: &'static SchemaDef;
    /// Its closed set of errors.
    type ErrorType: ErrorItem;
}

/// A member of the closed set of errors.
pub trait ErrorItem: Copy + 'static {
    /// Its definition.
    fn def(self) -> &'static ErrorDef;
}

/// An error that says which error type of the schema it is.
///
/// Every `E` has it whose reference converts into the error type: `impl From<&LaunchError> for ErrorType`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which error type of the schema it is",
    label = "no `From<&{Self}>` for `{T}`",
    note = "implement `From<&{Self}> for ErrorType`, or name the error type at the site: `run_as(ErrorType::…, …)`"
)]
pub trait Fails<T> {
    /// Which one it is.
    fn error_type(&self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T, E> Fails<T> for E
where
    for<'e> T: From<&'e E>,
{
    fn error_type(&self) -> T {
        T::from(self)
    }
}

/// A declared event, as a test reads it back.
pub trait EventItem: Sized {
    /// Its definition.
    const DEF: &'static EventDef;

    /// The event that these attributes tell of; `None` when a required one is missing or of another type.
    fn decode(attributes: &Attributes) -> Option<Self>;
}

/// A type that an attribute's value can be read back as.
pub trait FromAttribute: Sized {
    /// The value, when it has this type.
    fn from_attribute(value: &AttributeValue) -> Option<Self>;
}

macro_rules! from_attribute {
    ($($t:ty => $variant:ident)*) => {$(
        impl FromAttribute for $t {
            fn from_attribute(value: &AttributeValue) -> Option<Self> {
                match value {
                    AttributeValue::$variant(value) => Some(value.clone()),
                    _ => None,
                }
            }
        }
    )*};
}
from_attribute! { bool => Bool i64 => Int String => String Vec<bool> => Bools }

/// JSON writes `2.0` and `2` alike in some tools, so an integer is a fine double.
impl FromAttribute for f64 {
    fn from_attribute(value: &AttributeValue) -> Option<Self> {
        match value {
            AttributeValue::Double(value) => Some(*value),
            AttributeValue::Int(value) => Some(*value as f64),
            _ => None,
        }
    }
}

/// An empty list has lost the type of its elements on its way through JSON, so it fits all.
macro_rules! from_list {
    ($($t:ty => $variant:ident)*) => {$(
        impl FromAttribute for Vec<$t> {
            fn from_attribute(value: &AttributeValue) -> Option<Self> {
                match value {
                    AttributeValue::$variant(list) => Some(list.clone()),
                    AttributeValue::Bools(list) if list.is_empty() => Some(Vec::new()),
                    _ => None,
                }
            }
        }
    )*};
}
from_list! { String => Strings i64 => Ints }

/// A whole number in a list of doubles may have lost its point on the way.
impl FromAttribute for Vec<f64> {
    fn from_attribute(value: &AttributeValue) -> Option<Self> {
        match value {
            AttributeValue::Doubles(list) => Some(list.clone()),
            AttributeValue::Ints(list) => Some(list.iter().map(|n| *n as f64).collect()),
            AttributeValue::Bools(list) if list.is_empty() => Some(Vec::new()),
            _ => None,
        }
    }
}

/// A screen, as a type.
pub trait ScreenItem: Copy + 'static {
    /// Its definition.
    const DEF: &'static ScreenDef;
}

/// A timing, as a type.
pub trait TimingItem: 'static {
    /// Its definition.
    const DEF: &'static SpanDef;
    /// What it can fail with.
    type ErrorType: ErrorItem;
}

/// The typed handle of an open stage or span: a [`SpanGuard`] with the setters that its schema declares.
pub trait SpanItem: Sized {
    /// Its definition.
    const DEF: &'static SpanDef;
    /// What it can fail with.
    type ErrorType: ErrorItem;

    /// The handle of an open span.
    fn from_guard(guard: SpanGuard) -> Self;
    /// The span under the handle.
    fn guard(&self) -> &SpanGuard;
    /// The span without its handle.
    fn into_guard(self) -> SpanGuard;
}

/// A stage that may be skipped for a reason of this type.
#[diagnostic::on_unimplemented(
    message = "`{R}` is no reason to skip a stage",
    label = "not a declared reason",
    note = "the reasons are the values of the schema's attribute for them"
)]
pub trait Skip<'a, R> {
    /// The reason as a record carries it.
    fn reason(reason: R) -> Value<'a>;
}

/// The error set of a vocabulary without errors: it has no members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoError {}

impl ErrorItem for NoError {
    fn def(self) -> &'static ErrorDef {
        match self {}
    }
}
