use jackin_telemetry::prelude::*;

fn main() {
    jackin_telemetry::show("list");
}
