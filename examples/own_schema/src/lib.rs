//! A bakery's telemetry: five lines of build script, one folder of YAML, and this line.
//!
//! An item that the schema calls deprecated is one for rustc too, at the call site and in the schema's words:
//!
//! ```compile_fail
//! #![deny(deprecated)]
//! use bakery_telemetry::prelude::*;
//!
//! event!(BreadGiven { bread: "rye" });
//! ```
//!
//! ```
//! #![allow(deprecated)]
//! use bakery_telemetry::prelude::*;
//!
//! event!(BreadGiven { bread: "rye" });
//! ```

telemetry_runtime::include_schema!();
