use jackin_telemetry::prelude::*;

fn main() {
    stage!(DerivedImag).start().done();
}
