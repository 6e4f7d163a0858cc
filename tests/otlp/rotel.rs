//! A receiver that is not ours: rotel, an OpenTelemetry collector. It has to accept all three signals, show them, and
//! pass them on; what comes out of it has to be what the schema declares. `.ci/run` installs it.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use telemetry_testbed::{Received, Testbed};

use super::{LONG, declared};

/// Ended with the test, whatever becomes of it.
struct Rotel(Child);

impl Drop for Rotel {
    fn drop(&mut self) {
        // It fails only when the collector has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
fn port() -> u16 {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    free.local_addr().expect("its address").port()
}

impl Rotel {
    /// Starts the collector in front of a testbed; gives back where it listens.
    fn start(program: &Path, behind: &Testbed, folder: &Path) -> (Rotel, String) {
        let (grpc, http) = (port(), port());
        let shown = File::create(folder.join("shown")).expect("a file");
        let child = Command::new(program)
            .arg("start")
            .args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{grpc}")])
            .args(["--otlp-http-endpoint", &format!("127.0.0.1:{http}")])
            .args([
                "--exporter",
                "otlp",
                "--otlp-exporter-endpoint",
                &behind.endpoint(),
            ])
            .args([
                "--debug-log",
                "traces",
                "--debug-log",
                "logs",
                "--debug-log",
                "metrics",
            ])
            .args(["--debug-log-verbosity", "detailed"])
            .args(["--pid-file".as_ref(), folder.join("pid").as_os_str()])
            .args(["--log-file".as_ref(), folder.join("log").as_os_str()])
            .env_clear()
            .stdout(shown.try_clone().expect("the same file"))
            .stderr(shown)
            .stdin(Stdio::null())
            .spawn()
            .expect("rotel starts");
        let rotel = Rotel(child);
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, grpc)).is_err() {
            let said = std::fs::read_to_string(folder.join("shown")).unwrap_or_default();
            assert!(began.elapsed() < LONG, "rotel does not listen: {said}");
            std::thread::yield_now();
        }
        (rotel, format!("http://127.0.0.1:{grpc}"))
    }
}

#[test]
#[ignore = "needs the path of a rotel-agent in ROTEL: .ci/run installs one and runs this"]
fn an_independent_collector_accepts_shows_and_passes_on_every_declared_item() {
    let program = std::env::var_os("ROTEL").expect("ROTEL is the path of a rotel-agent");
    let behind = Testbed::start().expect("a testbed");
    let folder = tempfile::tempdir().expect("a folder");
    let (_rotel, endpoint) = Rotel::start(program.as_ref(), &behind, folder.path());
    // That the collector acknowledged everything is checked in there.
    declared::record_everything(&endpoint);
    let all = declared::counts();
    let come = |received: &Received| {
        let there = [
            received.spans().len(),
            received.logs().len(),
            received.metric_points().len(),
        ];
        there.iter().zip(all).all(|(there, all)| *there >= all)
    };
    assert!(
        behind.wait_for(come, LONG),
        "the collector passes on {:?}",
        behind.received()
    );
    declared::is_all_at(&behind);
    let shown = std::fs::read_to_string(folder.path().join("shown")).expect("what it printed");
    for word in [
        "launch.derived_image",
        "container.exited",
        "process.memory.usage",
        "parallax.run.id",
    ] {
        assert!(
            shown.contains(word),
            "the collector does not show {word}: {shown}"
        );
    }
}
