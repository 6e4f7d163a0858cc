use jackin_telemetry::prelude::*;

fn main() {
    event!(LaunchPlan { plan: ImageSource::PublishedImage, reason: "none" });
}
