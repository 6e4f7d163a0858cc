//! An endpoint as a container reaches it: one on the host's loopback is found under the name that container engines
//! give to the host's gateway, any other stays as it is. `handover` asks here for each signal.

use std::net::IpAddr;

/// The name under which a container finds its host, once [`GATEWAY`] is among its hosts.
const HOST: &str = "host.docker.internal";

/// The entry for the container's hosts, as `docker run --add-host` takes it.
pub(crate) const GATEWAY: &str = "host.docker.internal:host-gateway";

/// An endpoint as a container reaches it, and whether that takes the gateway: only when its host is the host's own
/// loopback. Scheme, user info, port and path are kept to the letter. It is one that `backend` took, with its scheme.
pub(crate) fn from_container(endpoint: &str) -> (String, bool) {
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("http", endpoint));
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, place) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    // A colon inside of brackets is part of an address.
    let port = place.rfind(':').filter(|colon| !place[*colon..].contains(']'));
    let (host, port) = place.split_at(port.unwrap_or(place.len()));
    if is_loopback(host) {
        (format!("{scheme}://{user}{HOST}{port}{path}"), true)
    } else {
        (endpoint.to_owned(), false)
    }
}

/// Whether a host is one that means another machine inside of a container: a loopback name or address, or the
/// address of any interface, which a client takes for the loopback.
fn is_loopback(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    match bare.parse::<IpAddr>() {
        Ok(ip) => {
            let ip = ip.to_canonical();
            ip.is_loopback() || ip.is_unspecified()
        }
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_loopback_becomes_the_gateway() {
        for host in [
            "localhost",
            "LOCALHOST",
            "LocalHost",
            "localhost.",
            "127.0.0.1",
            "127.0.0.1.",
            "127.0.0.2",
            "127.1.2.3",
            "127.255.255.255",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "[::]",
        ] {
            let given = format!("http://{host}:4317");
            assert_eq!(
                from_container(&given),
                ("http://host.docker.internal:4317".to_owned(), true),
                "{given}"
            );
        }
    }

    #[test]
    fn everything_but_the_host_is_kept() {
        for (given, expected) in [
            ("http://localhost", "http://host.docker.internal"),
            ("https://localhost:4317/", "https://host.docker.internal:4317/"),
            ("http://[::1]", "http://host.docker.internal"),
            ("http://[::1]/", "http://host.docker.internal/"),
            ("HTTP://localhost?x", "HTTP://host.docker.internal?x"),
            (
                "http://127.0.0.1:1/v1/in?a=b",
                "http://host.docker.internal:1/v1/in?a=b",
            ),
            ("http://me@localhost:4317", "http://me@host.docker.internal:4317"),
            (
                "http://me:p%40ss@[::1]:4317/x",
                "http://me:p%40ss@host.docker.internal:4317/x",
            ),
            (
                "http://localhost@127.0.0.1",
                "http://localhost@host.docker.internal",
            ),
        ] {
            assert_eq!(from_container(given), (expected.to_owned(), true), "{given}");
        }
    }

    #[test]
    fn another_machine_is_left_alone() {
        for given in [
            "http://otel.example.com:4317",
            "https://10.0.0.7:4317/in",
            "http://128.0.0.1:4317/",
            "http://126.255.255.255:4317/",
            "http://0.0.0.1:4317/",
            "http://[2001:db8::1]:4317/",
            "http://[::2]:4317/",
            "http://localhost.example.com:4317/",
            "http://mylocalhost:4317/",
            "http://localhost..:4317/",
            "http://localhost@otel.example.com:4317/",
            "http://host.docker.internal:4317/",
        ] {
            assert_eq!(from_container(given), (given.to_owned(), false));
        }
    }
}
