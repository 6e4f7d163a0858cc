//! jackin's telemetry: `schema/` compiled into typed emitters, and what a call site needs from the runtime.
//!
//! A wrong call does not compile; a right one costs a formatted line and one `write`.
//!
//! ```
//! use jackin_telemetry::{Options, events::*, prelude::*, screens::*, stages::*};
//!
//! # fn build_image() -> Result<(), std::io::Error> { Ok(()) }
//! # let home = std::env::temp_dir().join(format!("jackin-doc-{}", std::process::id()));
//! # let options = Options::new("console").vars(Vec::<(String, String)>::new()).home(&home);
//! let run = jackin_telemetry::start(options)?;
//! screen!(List).enter().workspace_name("my-app");
//! screen!(List).navigate(Launch);
//! let result = stage!(DerivedImage).run(|stage| {
//!     stage.image_source(ImageSource::PublishedImage);
//!     stage.timing(DockerBuild).run(build_image)
//! });
//! event!(ContainerExited { container_name: "jk-my-app", exit_code: 0 });
//! let delivery = run.finish(&result);
//! assert_eq!(delivery.ledger.emitted, delivery.ledger.in_file);
//! # std::fs::remove_dir_all(&home)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The items are generated: [`screens`], [`stages`], [`events`], [`spans`], [`metrics`] and [`attributes`]
//! document what the schema declares, each with the file and line of its declaration.

telemetry_runtime::include_schema!();

/// The README's Rust, compiled as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
