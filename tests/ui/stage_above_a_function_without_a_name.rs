use jackin_telemetry::prelude::*;

#[jackin_telemetry::stage]
fn connect() -> Result<(), std::io::Error> {
    Ok(())
}

fn main() {
    let _ = connect();
}
