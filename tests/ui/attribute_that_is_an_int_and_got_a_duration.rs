use jackin_telemetry::prelude::*;

fn main() {
    let second = std::time::Duration::from_secs(1);
    event!(ContainerExited { container_name: "jk", exit_code: second });
}
