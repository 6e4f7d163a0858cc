use jackin_telemetry::prelude::*;

fn main() {
    let code: Option<i32> = None;
    event!(ContainerExited { container_name: "jk", exit_code: code });
}
