use jackin_telemetry::prelude::*;

fn main() {
    struct Oops;
    impl std::fmt::Display for Oops {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("oops")
        }
    }
    let _ = stage!(Network).run(|_| Err::<(), Oops>(Oops));
}
