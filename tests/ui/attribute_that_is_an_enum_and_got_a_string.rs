use jackin_telemetry::prelude::*;

fn main() {
    event!(LaunchPlan { plan: "create", reason: "none" });
}
