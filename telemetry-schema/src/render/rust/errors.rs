//! The closed set of errors: `ErrorType`, and the errors of the standard library that carry no more than a text.

use super::sets::{self, Member};
use super::template::fill;
use super::{EXCUSED, defs, deprecated_attribute, ident, place};
use crate::model::*;

/// Errors of the standard library that say nothing of their kind.
const UNTYPED: [&str; 6] = [
    "::std::io::Error",
    "::std::string::String",
    "&str",
    "::std::boxed::Box<dyn ::std::error::Error>",
    "::std::boxed::Box<dyn ::std::error::Error + Send + Sync>",
    "::core::convert::Infallible",
];

const DEFS: &str = r#"
$excused
impl crate::__rt::ErrorItem for ErrorType {
    fn def(self) -> &'static crate::__rt::def::ErrorDef {
        match self {
            $defs
        }
    }
}
"#;

const UNTYPED_FROM: &str = r#"
impl From<&$error> for ErrorType {
    /// It says nothing of its kind: [`ErrorType::Other`].
    fn from(_: &$error) -> Self { Self::Other }
}
"#;

pub(super) fn write(out: &mut String, model: &Model) {
    let members: Vec<_> = model
        .errors
        .iter()
        .map(|error| Member {
            variant: error.item.rust_type(),
            value: error.item.id.clone(),
            brief: match &error.code {
                Some(code) => format!("{} (`{code}`)", error.item.brief),
                None => error.item.brief.clone(),
            },
            deprecated: deprecated_attribute(error.item.deprecated.as_ref()),
            renamed_from: error.item.renamed_from.clone(),
        })
        .collect();
    let declared = model.errors.iter().find(|error| !error.item.implicit);
    let place = declared.map_or_else(|| "no file".to_owned(), |error| place(&error.item));
    let documentation = format!(
        "/// What can go wrong: the values of `error.type`. Declared in {place}.\n///\n\
         /// An error of the program's own says which one it is by `impl From<&MyError> for ErrorType`.\n"
    );
    sets::write(out, "ErrorType", &documentation, &place, &members);
    let arm = |error: &ErrorType| {
        format!(
            "Self::{} => &{},\n",
            ident(&error.item.rust_type()),
            defs::error(error)
        )
    };
    let arms: String = model.errors.iter().map(arm).collect();
    fill(out, DEFS, &[("excused", EXCUSED), ("defs", &arms)]);
    for error in UNTYPED {
        fill(out, UNTYPED_FROM, &[("error", error)]);
    }
}
