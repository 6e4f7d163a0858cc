use jackin_telemetry::{prelude::*, stages::*};

fn main() {
    let stage = stage!(Network).start();
    let _ = stage.timing(DockerBuild).run(|| Ok::<(), std::io::Error>(()));
}
