//! Compiles `schema/` to typed emitters; nothing else.

fn main() {
    telemetry_schema::build::compile("schema");
}
