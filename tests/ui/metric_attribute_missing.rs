use jackin_telemetry::prelude::*;

fn main() {
    metric!(PrewarmActive).add(1);
}
