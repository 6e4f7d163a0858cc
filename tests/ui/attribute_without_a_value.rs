use jackin_telemetry::prelude::*;

fn main() {
    event!(ContainerExited { container_name: , exit_code: 0 });
}
