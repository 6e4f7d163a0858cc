use proptest::prelude::*;
use std::borrow::Cow;
use telemetry_runtime::scrub::scrub;

/// Texts with a secret, and what has to be left of them. The secrets are put together here, so that no scanner of
/// repositories takes them for real ones.
fn secrets() -> Vec<(String, &'static str)> {
    let long = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8";
    let letters = "abcdefghijklmnopqrstuvwxyzabcdefghij";
    let mut all = Vec::new();
    for prefix in [
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "gsk_",
        "sk_live_",
        "dckr_pat_",
    ] {
        all.push((
            format!("push with {prefix}{long}, then"),
            "push with [redacted], then",
        ));
        all.push((format!("{prefix}{letters}."), "[redacted]."));
    }
    for prefix in ["sk-", "sk-ant-api03-", "sk-proj-", "xai-", "hf_", "npm_", "pypi-"] {
        all.push((format!("key {prefix}{long}"), "key [redacted]"));
    }
    let list: &[(String, &'static str)] = &[
        (format!("id {}IOSFODNN7EXAMPLE ok", "AKIA"), "id [redacted] ok"),
        (format!("id {}IOSFODNN7EXAMPLE", "ASIA"), "id [redacted]"),
        (
            format!("{}SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", "AIza"),
            "[redacted]",
        ),
        (format!("{}123456789012-abcdefABCDEF", "xoxb-"), "[redacted]"),
        (
            format!(
                "post to https://hooks.slack.com/services/{}/{}/{letters}",
                "T00000000", "B00000000"
            ),
            "post to https://hooks.slack.com/services/[redacted]",
        ),
        (
            format!("Authorization: Bearer {long}"),
            "Authorization: Bearer [redacted]",
        ),
        (
            format!("'authorization': 'token {long}'"),
            "'authorization': 'token [redacted]'",
        ),
        (format!("Authorization: {long}"), "Authorization: [redacted]"),
        (format!("curl -H bearer {long} x"), "curl -H bearer [redacted] x"),
        ("Basic dXNlcjpodW50ZXIy".to_owned(), "Basic [redacted]"),
        ("Basic dXNlcjpwYXNzd29yZA==".to_owned(), "Basic [redacted]"),
        (
            format!("{0}hbGciOiJIUzI1NiJ9.{0}zdWIiOiIxMjM0In0.{long}-_", "eyJ"),
            "[redacted]",
        ),
        (
            format!(
                "key:\n-----BEGIN {0}-----\nMIIB\nAAAA\n-----END {0}-----\nrest",
                "RSA PRIVATE KEY"
            ),
            "key:\n[redacted]\nrest",
        ),
        (
            format!("-----BEGIN {}-----\nb3BlbnNz", "OPENSSH PRIVATE KEY"),
            "[redacted]",
        ),
        (
            "clone https://me:hunter2@example.com/r".to_owned(),
            "clone https://[redacted]@example.com/r",
        ),
        (
            "clone https://sometoken@example.com/r".to_owned(),
            "clone https://[redacted]@example.com/r",
        ),
        (
            "postgres://app:p%40ss@db:5432/x".to_owned(),
            "postgres://[redacted]@db:5432/x",
        ),
        ("password=hunter2".to_owned(), "password=[redacted]"),
        (
            "DB_PASSWORD=hunter2 ./run".to_owned(),
            "DB_PASSWORD=[redacted] ./run",
        ),
        ("password: hunter2".to_owned(), "password: [redacted]"),
        (
            r#"{"password":"hun ter,2","user":"me"}"#.to_owned(),
            r#"{"password":"[redacted]","user":"me"}"#,
        ),
        (
            r#"{\"token\":\"abc123\"}"#.to_owned(),
            r#"{\"token\":\"[redacted]\"}"#,
        ),
        ("GITHUB_TOKEN=abcdef".to_owned(), "GITHUB_TOKEN=[redacted]"),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG".to_owned(),
            "aws_secret_access_key = [redacted]",
        ),
        ("?api_key=abc123&page=2".to_owned(), "?api_key=[redacted]&page=2"),
        (
            "client-secret: 8f14e45fceea167a".to_owned(),
            "client-secret: [redacted]",
        ),
        (
            "docker login --password hunter2 host".to_owned(),
            "docker login --password [redacted] host",
        ),
        (
            "--registry-token abcdefgh12 x".to_owned(),
            "--registry-token [redacted] x",
        ),
        (
            "für „password=geheim“ gilt".to_owned(),
            "für „password=[redacted] gilt",
        ),
        (
            "a password=x1 b token=y2y2 c".to_owned(),
            "a password=[redacted] b token=[redacted] c",
        ),
    ];
    all.extend_from_slice(list);
    all
}

#[test]
fn known_shapes_of_secrets_are_redacted_and_nothing_beside_them() {
    for (text, expected) in secrets() {
        assert_eq!(scrub(&text), expected, "of {text:?}");
    }
}

#[test]
fn a_secret_is_found_wherever_it_stands_in_a_line() {
    for (text, expected) in secrets() {
        let around = format!("2026-11-23 [info] é {text}");
        let found = scrub(&around).into_owned();
        assert_eq!(found, format!("2026-11-23 [info] é {expected}"));
    }
}

#[test]
fn ordinary_text_is_left_alone_and_not_copied() {
    for text in [
        "",
        "container my-app exited with code 137 after 3.2 s",
        "the token expired, ask for a new token and keep it secret",
        "tokens: 512 in, 20 out; token_count=7; max_tokens: 4096",
        "password is missing, a password manager has it",
        "your secrets are safe: nothing was sent",
        "Basic understanding of bearer authentication is required",
        "a bearer of news; the authorization: pending",
        "risk-averse task-force desk-bound disk-encryption-setup sk-learn",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "commit e89a3da83 in /home/me/projects/jackin/src/token.rs:41:7",
        "git@github.com:owner/repo.git and ssh://git@github.com/owner/repo",
        "http://127.0.0.1:4317/v1/traces?x=1#y@z",
        "https://example.com/@user/page and mailto:me@example.com",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "password= and token: and --password",
        "PASSWORD=$DB_PASSWORD TOKEN=${TOKEN} password=***",
        "use_token=true secret=null",
        "if token == expected { password }",
        "550e8400-e29b-41d4-a716-446655440000",
        "npm_config_registry npm_lifecycle_event pypi-server hf_hub_download",
        "eyJ is how base64 of an object begins",
        "日本語のパスワードはありません。",
    ] {
        assert!(
            matches!(scrub(text), Cow::Borrowed(same) if same == text),
            "{text:?} became {:?}",
            scrub(text)
        );
    }
}

proptest! {
    #[test]
    fn scrubbing_any_text_twice_is_scrubbing_it_once(text in "\\PC{0,200}") {
        let once = scrub(&text).into_owned();
        prop_assert_eq!(scrub(&once), once.as_str());
    }

    #[test]
    fn scrubbing_any_mix_of_needles_twice_is_scrubbing_it_once(parts in prop::collection::vec(needle(), 0..12)) {
        let once = scrub(&parts.concat()).into_owned();
        prop_assert_eq!(scrub(&once), once.as_str());
    }

    #[test]
    fn ordinary_words_are_never_taken_for_secrets(words in prop::collection::vec("[a-z]{1,12}", 0..20)) {
        let text = words.join(" ");
        prop_assert_eq!(scrub(&text), text.as_str());
    }

    #[test]
    fn hex_ids_are_never_taken_for_secrets(id in "[0-9a-f]{6,64}") {
        let text = format!("run {id} at {id}/{id}: {id}.");
        prop_assert_eq!(scrub(&text), text.as_str());
    }
}

/// Pieces of which texts can be put together that look like secrets from many sides.
fn needle() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "password",
            "token",
            "secret",
            "=",
            ": ",
            "\"",
            "'",
            "\\",
            " ",
            "\n",
            "://",
            "@",
            "/",
            "Bearer ",
            "basic ",
            "authorization",
            "eyJ",
            ".",
            "ghp_",
            "sk-",
            "AKIA",
            "-----BEGIN ",
            "PRIVATE KEY-----",
            "-----END ",
            "--",
            "[redacted]",
            "[",
            "]",
            "é",
            "$",
            "{",
            "}",
            ",",
            ";",
            "hooks.slack.com/services/",
        ])
        .prop_map(str::to_owned),
        "[A-Za-z0-9_-]{0,40}",
    ]
}

#[test]
fn a_text_made_to_be_slow_is_scrubbed_in_time_that_grows_with_its_length() {
    for piece in [
        "eyJ",
        "://a@",
        "token:",
        "password=",
        "-----BEGIN ",
        "sk-",
        "ghp_",
        "authorization: bearer ",
        "a:b@",
    ] {
        let text = piece.repeat(64 * 1024 / piece.len());
        let begun = std::time::Instant::now();
        let _ = scrub(&text);
        let took = begun.elapsed();
        assert!(took.as_millis() < 500, "64 KiB of {piece:?} took {took:?}");
    }
}
