use jackin_telemetry::prelude::*;

fn main() {
    screen!(ContainerExited).enter();
}
