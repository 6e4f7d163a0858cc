//! Where connections go: nowhere while no endpoint is configured, and to the configured one and nowhere else when one
//! is. A child process does the recording and watches its own descriptors and threads meanwhile.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use jackin_telemetry::Options;
use jackin_telemetry::prelude::*;
use telemetry_testbed::Testbed;

/// Where a child records; it is a child when this is set.
const HOME: &str = "SOCKETS_CHILD_HOME";

/// What a child saw of itself.
#[derive(Debug, Default)]
struct Seen {
    /// Sockets, by their inode.
    sockets: BTreeSet<String>,
    /// Where they lead: an address, or what else they are.
    remotes: BTreeSet<String>,
    threads: BTreeSet<String>,
}

/// The sockets among this process's descriptors, by their inode.
fn sockets() -> BTreeSet<String> {
    let descriptors = std::fs::read_dir("/proc/self/fd").expect("descriptors");
    let targets = descriptors.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let inode = |target: std::path::PathBuf| {
        let name = target.to_string_lossy().into_owned();
        Some(name.strip_prefix("socket:[")?.trim_end_matches(']').to_owned())
    };
    targets.filter_map(inode).collect()
}

/// The other end of a TCP socket.
fn remote(inode: &str) -> Option<String> {
    let table = std::fs::read_to_string("/proc/self/net/tcp").expect("the kernel's table");
    let row = table
        .lines()
        .find(|row| row.split_whitespace().nth(9) == Some(inode))?;
    let (address, port) = row.split_whitespace().nth(2)?.split_once(':')?;
    let address = u32::from_str_radix(address, 16).ok()?;
    let ip = std::net::Ipv4Addr::from(address.swap_bytes());
    Some(format!("{ip}:{}", u16::from_str_radix(port, 16).ok()?))
}

impl Seen {
    fn look(&mut self, before: &BTreeSet<String>) {
        for inode in sockets().difference(before) {
            // A socket that is just being opened or closed leads nowhere yet, or no more.
            if let Some(remote) = remote(inode).filter(|remote| remote != "0.0.0.0:0") {
                self.remotes.insert(remote);
            }
            self.sockets.insert(inode.clone());
        }
        let tasks = std::fs::read_dir("/proc/self/task").expect("threads");
        let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
        self.threads.extend(names.map(|name| name.trim().to_owned()));
    }
}

/// Not a test of its own: the child.
#[test]
#[ignore = "the child of the tests below"]
fn record_and_watch() {
    let Some(home) = std::env::var_os(HOME) else {
        return;
    };
    let before = sockets();
    let stop = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let (before, stop) = (&before, &stop);
        let watcher = scope.spawn(move || {
            let mut seen = Seen::default();
            while !stop.load(Ordering::SeqCst) {
                seen.look(before);
            }
            seen.look(before);
            seen
        });
        // The whole environment counts here, as it does for a program.
        let run = jackin_telemetry::start(Options::new("sockets").home(home).debug(true)).expect("a run");
        for number in 0_i64..2_000 {
            screen!(List).enter();
            event!(ContainerExited {
                container_name: "jk",
                exit_code: number
            });
        }
        let delivery = run.finish(Outcome::Success);
        assert_eq!(delivery.ledger.dropped, 0, "{delivery}");
        stop.store(true, Ordering::SeqCst);
        watcher.join().expect("the watcher")
    });
    let join = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(",");
    let mut out = std::io::stderr().lock();
    writeln!(out, "sockets {}", seen.sockets.len()).expect("the parent reads");
    writeln!(out, "remotes {}", join(&seen.remotes)).expect("the parent reads");
    writeln!(out, "threads {}", join(&seen.threads)).expect("the parent reads");
}

/// Runs the child with these variables, and reads what it saw: how many sockets, where to, which threads.
fn child(vars: &[(&str, String)]) -> (usize, Vec<String>, Vec<String>) {
    let home = tempfile::tempdir().expect("a folder");
    let output = Command::new(std::env::current_exe().expect("this binary"))
        .args([
            "otlp::sockets::record_and_watch",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env_clear()
        .env(HOME, home.path())
        .envs(vars.iter().map(|(name, value)| (name, value)))
        .output()
        .expect("the child");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{said}");
    let of = |what: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(what));
        let line = line.unwrap_or_else(|| panic!("{said}"));
        let words = line.trim().split(',').filter(|word| !word.is_empty());
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let count = of("sockets ")[0].parse().expect("a number");
    (count, of("remotes "), of("threads "))
}

#[test]
fn without_an_endpoint_there_is_no_connection_and_nobody_who_could_make_one() {
    // Everything but an endpoint.
    let vars = [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf".to_owned()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=abc".to_owned()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", String::new()),
    ];
    for vars in [&[][..], &vars] {
        let (sockets, remotes, threads) = child(vars);
        assert_eq!((sockets, remotes.len()), (0, 0), "{remotes:?}");
        let ours: Vec<_> = threads
            .iter()
            .filter(|name| name.starts_with("telemetry"))
            .collect();
        // The kernel keeps fifteen letters of a name.
        assert_eq!(ours, ["telemetry-sampl"], "{threads:?}");
    }
}

#[test]
fn with_an_endpoint_every_connection_goes_there_and_nowhere_else() {
    let testbed = Testbed::start().expect("a testbed");
    let address: SocketAddr = testbed.address();
    let (sockets, remotes, threads) = child(&[("OTEL_EXPORTER_OTLP_ENDPOINT", testbed.endpoint())]);
    assert!(sockets > 0, "the child sees its sockets");
    assert_eq!(remotes, [address.to_string()]);
    assert!(threads.contains(&"telemetry".to_owned()), "{threads:?}");
    assert!(!testbed.spans().is_empty());
}
