use jackin_telemetry::prelude::*;

fn main() {
    screen!(Lists).enter();
}
