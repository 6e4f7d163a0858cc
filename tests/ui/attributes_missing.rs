use jackin_telemetry::prelude::*;

fn main() {
    event!(ContainerExited);
}
