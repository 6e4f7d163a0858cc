//! Metrics: a struct each, for the macro's path, and a builder whose last step is the instrument's verb.

use proc_macro2::TokenStream;
use quote::quote;

use super::builder::{self, Builder, Last};
use super::{defs, item_attributes, type_ident};
use crate::model::*;

pub(super) fn tokens(model: &Model) -> TokenStream {
    let metrics = model
        .metrics
        .iter()
        .enumerate()
        .map(|(index, metric)| tokens_of(model, index, metric));
    quote! {
        /// Every instrument. Measure with [`metric!`](crate::prelude::metric).
        pub mod metrics {
            #(#metrics)*
        }
    }
}

fn tokens_of(model: &Model, index: MetricIndex, metric: &Metric) -> TokenStream {
    let name = type_ident(&metric.item);
    let module = builder::module(&metric.item);
    let def = defs::metric(model, index);
    let documentation = item_attributes(&metric.item, "The metric");
    let (verb, verb_documentation) = match metric.instrument {
        Instrument::Counter => ("add", " Adds to the counter; it only grows."),
        Instrument::UpDownCounter => ("add", " Adds to the counter; below zero takes away."),
        Instrument::Gauge => ("set", " Sets the gauge."),
        Instrument::Histogram => ("record", " Records one value of the distribution."),
    };
    let (parameters, number) = match (metric.double, metric.instrument) {
        (true, _) => (quote!(value: f64), quote!(crate::__rt::Number::Double(value))),
        (false, Instrument::Counter) => (
            quote!(value: u64),
            quote!(crate::__rt::Number::Int(i64::try_from(value).unwrap_or(i64::MAX))),
        ),
        (false, _) => (quote!(value: i64), quote!(crate::__rt::Number::Int(value))),
    };
    let builder = Builder {
        model,
        item: &metric.item,
        what: "metric",
        uses: &metric.attributes,
        last: vec![
            Last {
                documentation: " Nothing more is missing; `metric!` writes this so that what is missing shows there.",
                name: "ready",
                parameters: quote!(),
                returns: quote!(-> Self),
                body: quote!(self),
            },
            Last {
                documentation: verb_documentation,
                name: verb,
                parameters,
                returns: quote!(),
                body: quote! { crate::__rt::measure(&#def, &self.values, #number) },
            },
        ],
    }
    .tokens();
    quote! {
        #documentation
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct #name {}

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl #name {
            /// Begins a measurement: attributes first. [`metric!`](crate::prelude::metric) writes this.
            pub fn metric<'a>() -> #module::Builder<'a> { #module::begin() }
        }

        #builder
    }
}
