//! The shapes of secrets that [`crate::scrub`] knows: for each a needle to search for, and in [`crate::glance`]
//! a close look at what stands around it.

use crate::glance::Look;

/// A shape that a secret can have.
pub(crate) struct Shape {
    /// What is searched for, in any case of letters.
    pub(crate) needle: &'static str,
    /// What has to stand around it.
    pub(crate) look: Look,
}

const fn token(needle: &'static str, least: usize) -> Shape {
    Shape {
        needle,
        look: Look::Token { least },
    }
}

const fn wordy(needle: &'static str, least: usize) -> Shape {
    Shape {
        needle,
        look: Look::WordyToken { least },
    }
}

const fn other(needle: &'static str, look: Look) -> Shape {
    Shape { needle, look }
}

/// Every shape. Where two needles start at one place, only the first in the list is looked at.
pub(crate) const SHAPES: &[Shape] = &[
    other("-----BEGIN ", Look::PrivateKey),
    other("://", Look::UserInfo),
    other("hooks.slack.com/services/", Look::Path { least: 20 }),
    // GitHub and GitLab.
    token("ghp_", 20),
    token("gho_", 20),
    token("ghu_", 20),
    token("ghs_", 20),
    token("ghr_", 20),
    token("github_pat_", 20),
    token("glpat-", 20),
    // AWS access key ids; Google.
    other("AKIA", Look::Capitals { exactly: 16 }),
    other("ASIA", Look::Capitals { exactly: 16 }),
    token("AIza", 30),
    token("ya29.", 20),
    // Slack.
    token("xoxb-", 10),
    token("xoxp-", 10),
    token("xoxa-", 10),
    token("xoxr-", 10),
    token("xoxs-", 10),
    token("xoxe.", 10),
    token("xapp-", 10),
    // OpenAI, Anthropic and those who took their prefix over; xAI, Groq, Hugging Face; Stripe.
    wordy("sk-", 20),
    wordy("xai-", 20),
    token("gsk_", 20),
    wordy("hf_", 30),
    token("sk_live_", 16),
    token("sk_test_", 16),
    token("rk_live_", 16),
    // Registries and others with a prefix of their own.
    wordy("npm_", 30),
    wordy("pypi-", 30),
    token("dckr_pat_", 20),
    token("dop_v1_", 30),
    token("AGE-SECRET-KEY-1", 30),
    // What goes with a request.
    other("eyJ", Look::WebToken),
    other("bearer ", Look::Bearer),
    other("basic ", Look::Basic),
    other("authorization", Look::Header),
    // Names whose value is a secret whatever it looks like …
    other("password", Look::Pair { always: true }),
    other("passwd", Look::Pair { always: true }),
    other("passphrase", Look::Pair { always: true }),
    // … and names that stand in prose too: there the value has to look like a secret.
    other("secret", Look::Pair { always: false }),
    other("token", Look::Pair { always: false }),
    other("api_key", Look::Pair { always: false }),
    other("api-key", Look::Pair { always: false }),
    other("apikey", Look::Pair { always: false }),
    other("access_key", Look::Pair { always: false }),
    other("access-key", Look::Pair { always: false }),
    other("private_key", Look::Pair { always: false }),
    other("private-key", Look::Pair { always: false }),
    other("credentials", Look::Pair { always: false }),
];
