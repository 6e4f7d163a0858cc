use jackin_telemetry::prelude::*;

fn main() {
    screen!(List).workspace_kind("named");
}
