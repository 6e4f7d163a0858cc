//! Values on their way into a record, and what a call site may hand over for each type.
//!
//! A `Value` borrows from the call site: it lives only as long as the emitting statement. The `Into…` traits
//! say which Rust types each attribute type takes; `L` is [`Required`] or [`Optional`], and only an optional
//! attribute takes an `Option`.

use std::borrow::Cow;
use std::time::Duration;

/// A value of an attribute, borrowed from the call site.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value<'a> {
    /// Left out.
    #[default]
    Absent,
    /// true or false.
    Bool(bool),
    /// Signed 64-bit integer.
    Int(i64),
    /// 64-bit floating point number.
    Double(f64),
    /// Text that lives as long as the program: members of closed sets, literals.
    Static(&'static str),
    /// Text.
    Str(Cow<'a, str>),
    /// List of strings.
    Strings(Vec<Cow<'a, str>>),
    /// List of integers.
    Ints(Cow<'a, [i64]>),
    /// List of floating point numbers.
    Doubles(Cow<'a, [f64]>),
    /// List of booleans.
    Bools(Cow<'a, [bool]>),
}

/// Marks a setter of a required attribute.
#[derive(Debug)]
pub enum Required {}

/// Marks a setter of an optional attribute: it takes an `Option` too.
#[derive(Debug)]
pub enum Optional {}

/// Marks a required attribute that was given.
#[derive(Debug)]
pub enum Given {}

/// Marks a required attribute that was not given yet.
#[derive(Debug)]
pub enum Missing {}

/// A secret on its way to the ground: it holds nothing, so it cannot be printed.
///
/// ```
/// let secret = telemetry_runtime::value::Secret::of("hunter2");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// ```
#[derive(Clone, Copy)]
pub struct Secret(());

impl Secret {
    /// Takes a secret and forgets it.
    pub fn of<T>(_secret: T) -> Secret {
        Secret(())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub trait $name<'a, L> {
            /// The value as a record carries it.
            fn into_value(self) -> Value<'a>;
        }

        impl<'a, T: $name<'a, Required>> $name<'a, Optional> for Option<T> {
            #[inline]
            fn into_value(self) -> Value<'a> {
                self.map_or(Value::Absent, $name::into_value)
            }
        }
    )*};
}

kinds! {
    /// Text: `&str`, `String`, `Cow<str>`, `char`, and references to them.
    IntoString,
    /// true or false.
    IntoBool,
    /// Any integer of at most 64 bits; beyond `i64::MAX` it stays there.
    IntoInt,
    /// Any floating point number, and integers of at most 32 bits.
    IntoDouble,
    /// A `Duration`, or an integer, for an integer attribute in nanoseconds.
    IntoNanoseconds,
    /// A `Duration`, or an integer, for an integer attribute in microseconds.
    IntoMicroseconds,
    /// A `Duration`, or an integer, for an integer attribute in milliseconds.
    IntoMilliseconds,
    /// A `Duration`, or an integer, for an integer attribute in seconds.
    IntoWholeSeconds,
    /// A `Duration`, or a floating point number, for a double attribute in seconds.
    IntoSeconds,
    /// A [`Secret`], and nothing that could be printed.
    IntoSecret,
    /// A slice, array or `Vec` of text, by reference.
    IntoStrings,
    /// A slice, array or `Vec` of `i64`, by reference.
    IntoInts,
    /// A slice, array or `Vec` of `f64`, by reference.
    IntoDoubles,
    /// A slice, array or `Vec` of `bool`, by reference.
    IntoBools,
}

macro_rules! takes {
    ($trait:ident: $($t:ty => |$v:ident| $e:expr;)*) => {$(
        impl<'a, L> $trait<'a, L> for $t {
            #[inline]
            fn into_value(self) -> Value<'a> {
                let $v = self;
                $e
            }
        }
    )*};
}

takes! { IntoString:
    &'a str => |v| Value::Str(Cow::Borrowed(v));
    &'a String => |v| Value::Str(Cow::Borrowed(v));
    &'a &str => |v| Value::Str(Cow::Borrowed(v));
    &'a Cow<'_, str> => |v| Value::Str(Cow::Borrowed(v));
    &'a Box<str> => |v| Value::Str(Cow::Borrowed(v));
    &'a std::sync::Arc<str> => |v| Value::Str(Cow::Borrowed(v));
    &'a std::path::Path => |v| Value::Str(v.to_string_lossy());
    &'a std::path::PathBuf => |v| Value::Str(v.to_string_lossy());
    String => |v| Value::Str(Cow::Owned(v));
    Cow<'a, str> => |v| Value::Str(v);
    char => |v| Value::Str(Cow::Owned(v.to_string()));
    std::fmt::Arguments<'_> => |v| Value::Str(Cow::Owned(v.to_string()));
}
takes! { IntoBool:
    bool => |v| Value::Bool(v);
    &bool => |v| Value::Bool(*v);
}

macro_rules! integers {
    ($($trait:ident)*) => {$(
        takes! { $trait:
            i8 => |v| Value::Int(v.into());
            i16 => |v| Value::Int(v.into());
            i32 => |v| Value::Int(v.into());
            i64 => |v| Value::Int(v);
            isize => |v| Value::Int(v as i64);
            u8 => |v| Value::Int(v.into());
            u16 => |v| Value::Int(v.into());
            u32 => |v| Value::Int(v.into());
            u64 => |v| Value::Int(i64::try_from(v).unwrap_or(i64::MAX));
            usize => |v| Value::Int(i64::try_from(v).unwrap_or(i64::MAX));
            u128 => |v| Value::Int(i64::try_from(v).unwrap_or(i64::MAX));
        }
    )*};
}
integers! { IntoInt IntoNanoseconds IntoMicroseconds IntoMilliseconds IntoWholeSeconds }

/// Counts of a `Duration` fit an `i64` for 292 years of nanoseconds, and stay at its end after that.
fn count(units: u128) -> Value<'static> {
    Value::Int(i64::try_from(units).unwrap_or(i64::MAX))
}
takes! { IntoNanoseconds: Duration => |v| count(v.as_nanos()); }
takes! { IntoMicroseconds: Duration => |v| count(v.as_micros()); }
takes! { IntoMilliseconds: Duration => |v| count(v.as_millis()); }
takes! { IntoWholeSeconds: Duration => |v| count(v.as_secs().into()); }
takes! { IntoSeconds:
    Duration => |v| Value::Double(v.as_secs_f64());
    f64 => |v| Value::Double(v);
    f32 => |v| Value::Double(v.into());
}
takes! { IntoDouble:
    f64 => |v| Value::Double(v);
    f32 => |v| Value::Double(v.into());
    i8 => |v| Value::Double(v.into());
    i16 => |v| Value::Double(v.into());
    i32 => |v| Value::Double(v.into());
    u8 => |v| Value::Double(v.into());
    u16 => |v| Value::Double(v.into());
    u32 => |v| Value::Double(v.into());
}
takes! { IntoSecret:
    Secret => |_v| Value::Static("[redacted]");
}
/// Borrows each text of a list.
fn strings<T: AsRef<str>>(list: &[T]) -> Value<'_> {
    Value::Strings(list.iter().map(|s| Cow::Borrowed(s.as_ref())).collect())
}
impl<'a, L, T: AsRef<str>> IntoStrings<'a, L> for &'a [T] {
    fn into_value(self) -> Value<'a> {
        strings(self)
    }
}
impl<'a, L, T: AsRef<str>> IntoStrings<'a, L> for &'a Vec<T> {
    fn into_value(self) -> Value<'a> {
        strings(self)
    }
}
impl<'a, L, T: AsRef<str>, const N: usize> IntoStrings<'a, L> for &'a [T; N] {
    fn into_value(self) -> Value<'a> {
        strings(self)
    }
}

macro_rules! lists {
    ($($trait:ident $variant:ident $t:ty;)*) => {$(
        takes! { $trait:
            &'a [$t] => |v| Value::$variant(Cow::Borrowed(v));
            &'a Vec<$t> => |v| Value::$variant(Cow::Borrowed(v));
            Vec<$t> => |v| Value::$variant(Cow::Owned(v));
        }
        impl<'a, L, const N: usize> $trait<'a, L> for &'a [$t; N] {
            fn into_value(self) -> Value<'a> {
                Value::$variant(Cow::Borrowed(self))
            }
        }
    )*};
}
lists! { IntoInts Ints i64; IntoDoubles Doubles f64; IntoBools Bools bool; }

/// Puts a value into its place, which held nothing that has to be given back, as a rule.
#[inline]
pub fn put<'v>(place: &mut Value<'v>, value: Value<'v>) {
    let before = std::mem::replace(place, value);
    if !before.owns() {
        std::mem::forget(before);
    }
}

/// Ends values that were shown: without a look at each when none of them owns anything, which is the rule.
#[inline(always)]
pub fn done<'v, const N: usize>(values: [Value<'v>; N]) {
    if !values.iter().any(Value::owns) {
        std::mem::forget(values);
    }
}

impl Value<'_> {
    /// Whether it has something to give back.
    #[inline]
    pub(crate) fn owns(&self) -> bool {
        matches!(
            self,
            Value::Str(Cow::Owned(_))
                | Value::Strings(_)
                | Value::Ints(Cow::Owned(_))
                | Value::Doubles(Cow::Owned(_))
                | Value::Bools(Cow::Owned(_))
        )
    }

    /// The value with everything that it borrowed, to be kept.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Absent => Value::Absent,
            Value::Bool(value) => Value::Bool(value),
            Value::Int(value) => Value::Int(value),
            Value::Double(value) => Value::Double(value),
            Value::Static(text) => Value::Static(text),
            Value::Str(text) => Value::Str(Cow::Owned(text.into_owned())),
            Value::Strings(list) => Value::Strings(
                list.into_iter()
                    .map(|text| Cow::Owned(text.into_owned()))
                    .collect(),
            ),
            Value::Ints(list) => Value::Ints(Cow::Owned(list.into_owned())),
            Value::Doubles(list) => Value::Doubles(Cow::Owned(list.into_owned())),
            Value::Bools(list) => Value::Bools(Cow::Owned(list.into_owned())),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Value<'a> {
        Value::Str(Cow::Borrowed(text))
    }
}
