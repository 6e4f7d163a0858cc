use jackin_telemetry::prelude::*;

fn main() {
    stage!(Workspace).skip("nothing to do");
}
