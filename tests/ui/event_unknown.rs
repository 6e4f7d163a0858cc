use jackin_telemetry::prelude::*;

fn main() {
    event!(ContainerExit { container_name: "jk", exit_code: 0 });
}
