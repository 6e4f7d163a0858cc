//! The doors of a schema's crate: the macros, bound to the crate's own items, the functions that begin a run,
//! and the prelude.

use proc_macro2::TokenStream;
use quote::quote;

use super::{examples, ident};
use crate::model::Model;

pub(super) fn tokens(model: &Model) -> TokenStream {
    let macros = macros(model);
    let functions = functions(model);
    quote! {
        #macros
        #functions

        /// What a call site needs, next to the items of `events`, `screens` and `stages`.
        pub mod prelude {
            // By their textual names: a path to a macro that an expansion exported is refused.
            pub use __telemetry_event as event;
            pub use __telemetry_metric as metric;
            pub use __telemetry_screen as screen;
            pub use __telemetry_span as span;
            pub use __telemetry_stage as stage;
            #[allow(unused_imports, reason = "a schema may have no closed sets")]
            pub use crate::attributes::*;
            pub use crate::{ErrorType, Options, Outcome, Screen, Secret, Stage};
        }
    }
}

/// `macro_rules!` carry `$crate`, so that a macro finds its schema under any name and from any crate.
fn macros(model: &Model) -> TokenStream {
    let doors = [
        ("screen", "A screen of the schema: `screen!(List).navigate(Settings)`, `screen!(List).enter()`, and a setter for each of its tags."),
        ("event", "Records an event: `event!(Name { attribute: value, punned })`. Nothing in the braces is evaluated unless somebody listens. `event!(Name { … } on Screen)` also checks that the screen lists the event as an action."),
        ("stage", "A stage, about to start: `stage!(Name).run(|stage| …)`, `.start()`, `.instrument(future)`, `.skip(reason)`."),
        ("span", "A span, about to start: `span!(Name { attribute: value }).run(|span| …)`, `.start()`, `.instrument(future)`, `.run_command(&mut command)`."),
        ("metric", "Measures: `metric!(Name { attribute: value }).add(1)`, `.set(…)` for a gauge, `.record(…)` for a histogram."),
    ]
    .map(|(name, documentation)| {
        // `#[stage]` has the plain name: one crate cannot export two macros under it.
        let inner = ident(if name == "stage" { "stage_call" } else { name });
        let exported = ident(&format!("__telemetry_{name}"));
        let example = examples::of(model, name);
        quote! {
            #[doc = #documentation]
            #example
            #[macro_export]
            macro_rules! #exported {
                ($($tokens:tt)*) => { $crate::__macros::#inner!{ [$crate] $($tokens)* } };
            }
        }
    });
    let stage_example = examples::of(model, "#[stage]");
    quote! {
        #[doc(hidden)]
        pub use ::telemetry_macros as __macros;
        /// Runs a function as a stage, which its `Result` ends: `#[stage(Name)]` above a function or an async
        /// function. It is written with its path, because `stage!` of the prelude has the same name, and it
        /// needs that macro in scope.
        #stage_example
        pub use ::telemetry_macros::stage;
        #(#doors)*
    }
}

fn functions(model: &Model) -> TokenStream {
    let vocabulary = ident(&crate::name::upper_camel(&model.manifest.name));
    let marker = format!(
        " The vocabulary `{}`, version {}.",
        model.manifest.name, model.manifest.version
    );
    let [start, show, capture] = ["start", "show", "capture"].map(|door| examples::of(model, door));
    quote! {
        #[doc = #marker]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum #vocabulary {}

        impl crate::__rt::Vocabulary for #vocabulary {
            const SCHEMA: &'static crate::__rt::def::SchemaDef = &__defs::SCHEMA;
            type ErrorType = ErrorType;
        }

        pub use crate::__rt::{Delivery, Options, StartError};
        pub use crate::__rt::line::Outcome;
        pub use crate::__rt::value::Secret;

        /// One execution of the program: the only guard. See [`start`].
        pub type Run = crate::__rt::Run<#vocabulary>;

        /// What [`capture`] recorded.
        pub type Captured<R> = crate::__rt::Captured<#vocabulary, R>;

        /// Begins a run: call it once, at the start of the program, and [`Run::finish`] at its end.
        ///
        /// # Errors
        ///
        /// A variable of the environment that cannot be honoured, by name; see [`StartError`]. [`Run::off`]
        /// is there for a program that goes on without.
        #start
        pub fn start(options: Options) -> Result<Run, StartError> {
            Run::start(options)
        }

        /// Says which screen the operator sees, for a program that computes it: cheap when nothing changed.
        #show
        pub fn show(screen: Screen) {
            crate::__rt::screen::show(screen.def());
        }

        /// Runs `work` under a run of its own, which records into memory: for tests, in parallel ones too.
        #capture
        pub fn capture<R>(work: impl FnOnce() -> R) -> Captured<R> {
            crate::__rt::capture(work)
        }

        /// The same for a future.
        pub fn capture_async<F: ::core::future::Future>(
            work: F,
        ) -> impl ::core::future::Future<Output = Captured<F::Output>> {
            crate::__rt::capture_async(work)
        }

        /// The layer through which `tracing` events arrive as logs.
        pub use crate::__rt::layer::layer;
    }
}
