use jackin_telemetry::prelude::*;

fn main() {
    event!(LaunchPlan { plan: Plan::CreateFromValidImag, reason: "none" });
}
