use jackin_telemetry::prelude::*;

fn main() {
    event!(Settings);
}
