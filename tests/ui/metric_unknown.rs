use jackin_telemetry::prelude::*;

fn main() {
    metric!(PrewarmActiv { job: Job::Image }).add(1);
}
