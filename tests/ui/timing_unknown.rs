use jackin_telemetry::{prelude::*, stages::*};

fn main() {
    let stage = stage!(DerivedImage).start();
    let _ = stage.timing(DockerBuilt).run(|| Ok::<(), std::io::Error>(()));
}
