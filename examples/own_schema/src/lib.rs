//! A bakery's telemetry: five lines of build script, one folder of YAML, and this line.

telemetry_runtime::include_schema!();
