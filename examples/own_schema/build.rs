//! Compiles the bakery's schema.

fn main() {
    telemetry_schema::build::compile("schema");
}
