use jackin_telemetry::prelude::*;

fn main() {
    let stage = stage!(Sidecar).start();
    stage.fail(ErrorType::DindHealthCheckFaild, &"no answer");
}
