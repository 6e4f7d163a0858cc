use jackin_telemetry::prelude::*;

#[jackin_telemetry::stage(Network)]
fn connect() {}

fn main() {
    connect();
}
