use jackin_telemetry::prelude::*;

fn main() {
    span!(ProcessComand { program: "git" }).start().done();
}
