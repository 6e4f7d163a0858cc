use jackin_telemetry::prelude::*;

fn main() {
    event!(ContainerExited { container_name: 7, exit_code: 0 });
}
