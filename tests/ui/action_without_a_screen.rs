use jackin_telemetry::prelude::*;

fn main() {
    event!(Confirm { target: "delete" } on);
}
