use jackin_telemetry::prelude::*;

fn main() {
    event!(ContainerExited { container_name: "jk", exit_code: "0" });
}
