use jackin_telemetry::prelude::*;

fn main() {
    event!(Save on List);
}
