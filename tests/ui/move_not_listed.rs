use jackin_telemetry::{prelude::*, screens::*};

fn main() {
    screen!(Settings).navigate(Editor);
}
