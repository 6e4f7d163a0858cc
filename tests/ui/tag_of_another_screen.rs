use jackin_telemetry::prelude::*;

fn main() {
    screen!(Settings).workspace_name("my-app");
}
