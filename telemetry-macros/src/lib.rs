//! The syntax of the typed telemetry macros. Nothing here reads a schema: each macro turns its input into
//! paths and method calls on the items that the schema's build script wrote, under the user's own tokens, so
//! that rustc finds the mistakes and editors complete the names.
//!
//! The first token of every function-like macro is `[crate path]`, put there by the schema crate's own
//! `macro_rules!`; see `include_schema!` of `telemetry-runtime`.

mod emitter;
mod input;
mod stage;

use proc_macro::TokenStream;

/// `screen!(List)`: the screen's unit struct.
#[proc_macro]
pub fn screen(input: TokenStream) -> TokenStream {
    emitter::screen(input.into()).into()
}

/// `event!(Name { attribute: value, punned } on Screen)`: records the event if anybody listens.
#[proc_macro]
pub fn event(input: TokenStream) -> TokenStream {
    emitter::event(input.into()).into()
}

/// `span!(Name { attribute: value })`: the span, about to start.
#[proc_macro]
pub fn span(input: TokenStream) -> TokenStream {
    emitter::span(input.into()).into()
}

/// `metric!(Name { attribute: value })`: the instrument, about to measure.
#[proc_macro]
pub fn metric(input: TokenStream) -> TokenStream {
    emitter::metric(input.into()).into()
}

/// `stage!(Name)`: the stage, about to start.
#[doc(hidden)]
#[proc_macro]
pub fn stage_call(input: TokenStream) -> TokenStream {
    emitter::stage(input.into()).into()
}

/// `#[stage(Name)]`: runs a function, or an async function, as a stage that its `Result` ends. `#[stage(Name as
/// stage)]` gives the body the open stage, for its attributes and timings.
///
/// It needs `stage!` of the schema's prelude in scope, and is itself written with its crate's path, because
/// the two have one name.
#[proc_macro_attribute]
pub fn stage(argument: TokenStream, function: TokenStream) -> TokenStream {
    stage::expand(argument.into(), function.into()).into()
}
