//! The hand-over across a real network boundary: the container is in a network namespace of its own, where the host's
//! loopback is another one. It reaches the backend by the rewritten endpoint, or not at all.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use telemetry_testbed::Testbed;

use super::capsule::{Backend, run};
use super::told::home;

/// Where a child tries to connect to; it is one when this is set.
const REACH: &str = "NAMESPACE_REACH";

/// A network namespace, connected to ours by a pair of interfaces. Dropped, it is gone with everything in it.
struct Namespace {
    ip: &'static str,
    name: String,
    /// Our end of the pair, which is the container's gateway.
    gateway: Ipv4Addr,
    hosts: PathBuf,
}

/// Why there is no namespace.
enum Trouble {
    NotPermitted(String),
    Broken(String),
}

impl Namespace {
    fn new() -> Result<Namespace, Trouble> {
        let works = |ip: &&str| Command::new(ip).arg("-V").output().is_ok();
        let Some(ip) = ["ip", "/usr/sbin/ip", "/sbin/ip"].into_iter().find(works) else {
            return Err(Trouble::NotPermitted("iproute2 is not installed".to_owned()));
        };
        let process = std::process::id();
        let name = format!("jackin-{process}");
        // Of the range that is set aside for tests of networks, four addresses for each process.
        let [_, _, high, low] = (process << 2).to_be_bytes();
        let gateway = Ipv4Addr::new(198, 18 + (process >> 14 & 1) as u8, high, low | 1);
        let inside = Ipv4Addr::new(198, gateway.octets()[1], high, low | 2);
        let namespace = Namespace {
            ip,
            gateway,
            hosts: PathBuf::from("/etc/netns").join(&name),
            name,
        };
        let (host_end, end) = (format!("jh{process}"), format!("jc{process}"));
        let name = namespace.name.as_str();
        for arguments in [
            &["netns", "add", name] as &[&str],
            &[
                "link", "add", &host_end, "type", "veth", "peer", "name", &end, "netns", name,
            ],
            &["addr", "add", &format!("{gateway}/30"), "dev", &host_end],
            &["link", "set", &host_end, "up"],
            &["-n", name, "addr", "add", &format!("{inside}/30"), "dev", &end],
            &["-n", name, "link", "set", &end, "up"],
            &["-n", name, "link", "set", "lo", "up"],
        ] {
            namespace.configure(arguments)?;
        }
        // `ip netns exec` shows this file as /etc/hosts: what `--add-host host.docker.internal:host-gateway` does.
        let known = format!("127.0.0.1 localhost\n{gateway} host.docker.internal\n");
        fs::create_dir_all(&namespace.hosts)
            .and_then(|()| fs::write(namespace.hosts.join("hosts"), known))
            .map_err(|error| Trouble::NotPermitted(format!("/etc/netns cannot be written: {error}")))?;
        Ok(namespace)
    }

    fn configure(&self, arguments: &[&str]) -> Result<(), Trouble> {
        let output = Command::new(self.ip).args(arguments).output();
        let output = output.map_err(|error| Trouble::Broken(error.to_string()))?;
        if output.status.success() {
            return Ok(());
        }
        let words = format!(
            "ip {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        let forbidden = ["not permitted", "Permission denied", "not supported"];
        match forbidden.iter().any(|reason| words.contains(reason)) {
            true => Err(Trouble::NotPermitted(words)),
            false => Err(Trouble::Broken(words)),
        }
    }

    /// What a command begins with that runs inside.
    fn enter(&self) -> [&str; 4] {
        [self.ip, "netns", "exec", &self.name]
    }

    /// Whether a connection to this address succeeds from inside.
    fn reaches(&self, address: SocketAddr) -> bool {
        let [ip, words @ ..] = self.enter();
        let output = Command::new(ip)
            .args(words)
            .arg(std::env::current_exe().expect("this binary"))
            .args([
                "console::namespace::connect_from_inside",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .env(REACH, address.to_string())
            .output()
            .expect("a command inside");
        let said = String::from_utf8_lossy(&output.stdout);
        match (said.contains("reached it"), said.contains("did not reach it")) {
            (true, false) => true,
            (false, true) => false,
            _ => panic!("{output:?}"),
        }
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // With it goes its end of the pair, and with that ours. What was never made cannot be removed.
        let _ = Command::new(self.ip).args(["netns", "del", &self.name]).output();
        let _ = fs::remove_dir_all(&self.hosts);
    }
}

/// Not a test of its own: the child that tries to connect.
#[test]
#[ignore = "the child of the test below"]
#[expect(clippy::print_stdout, reason = "the parent reads it")]
fn connect_from_inside() {
    let Some(address) = std::env::var_os(REACH) else {
        return;
    };
    let address = address.to_string_lossy().parse().expect("an address");
    match TcpStream::connect_timeout(&address, Duration::from_secs(2)) {
        Ok(_) => println!("reached it"),
        Err(error) => println!("did not reach it: {error}"),
    }
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "whoever reads the tests has to know what they did not show"
)]
fn a_container_in_a_network_of_its_own_gets_through_and_links_to_the_launch_until_it_is_killed() {
    let namespace = match Namespace::new() {
        Ok(namespace) => namespace,
        Err(Trouble::NotPermitted(why)) => {
            eprintln!(
                "SKIPPED: network namespaces are not permitted here ({})",
                why.trim()
            );
            return;
        }
        Err(Trouble::Broken(why)) => panic!("{why}"),
    };
    // The backend is on the host's loopback, and where the gateway leads.
    let testbed = Testbed::start_on(Ipv4Addr::UNSPECIFIED.into()).expect("a testbed");
    let port = testbed.address().port();
    let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    assert!(
        TcpStream::connect(loopback).is_ok(),
        "the host reaches its loopback"
    );
    assert!(
        !namespace.reaches(loopback),
        "the container's loopback is another one"
    );
    assert!(namespace.reaches((namespace.gateway, port).into()));

    let home = home();
    let Output {
        status,
        stdout,
        stderr,
    } = run(
        &home,
        "launch notes\nsee listening\nchild work 2000\nsee step-60\nchild kill\n",
        &["--debug", "--enter", &namespace.enter().join(" ")],
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{loopback}"))],
    );
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr)
    );
    assert_eq!(status.code(), Some(137), "{said}");
    let backend = Backend::of(&testbed);
    backend.run_id();
    backend.assert_chain();
    backend.assert_nothing_is_orphaned();
    backend.assert_whole_until_the_kill(12);
}
