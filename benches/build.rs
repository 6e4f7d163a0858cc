//! Compiles `schema/`, and remembers which compiler built the numbers.

use std::env;
use std::process::Command;

fn main() {
    telemetry_schema::build::compile("schema");
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.map_or_else(
        |_| "unknown".to_owned(),
        |said| String::from_utf8_lossy(&said.stdout).trim().to_owned(),
    );
    println!("cargo::rustc-env=BENCH_RUSTC={version}");
}
