use jackin_telemetry::prelude::*;

fn main() {
    event!(ContainerExited { "jackin.container.name": "jk", exit_code: 0 });
}
