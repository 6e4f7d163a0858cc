use jackin_telemetry::prelude::*;

fn main() {
    span!(ProcessCommand).start().done();
}
