use jackin_telemetry::{prelude::*, screens::*};

fn main() {
    screen!(List).navigate(List);
}
