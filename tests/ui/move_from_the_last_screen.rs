use jackin_telemetry::{prelude::*, screens::*};

fn main() {
    screen!(Launch).navigate(List);
}
