//! The close look at a place where a secret could be. [`crate::scrub`] finds the places, [`crate::shape`] says
//! which look each one takes. A look reads no further than the word, line or key block that it is about.

use std::ops::Range;

use crate::clamp::REDACTED;
use crate::excerpt::{Sign, Text, is_token68, is_word};

/// What has to stand around a needle to make a secret of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// The needle begins a token that nothing else looks like; at least so many characters follow.
    Token { least: usize },
    /// The same, but words joined by hyphens could begin like that.
    WordyToken { least: usize },
    /// Exactly so many capitals and digits follow.
    Capitals { exactly: usize },
    /// The path after the needle is the secret.
    Path { least: usize },
    /// A PEM block that holds a private key.
    PrivateKey,
    /// User and password of a URL.
    UserInfo,
    /// A JSON web token.
    WebToken,
    /// The token after `Bearer`.
    Bearer,
    /// User and password in base64 after `Basic`.
    Basic,
    /// The value of an `Authorization` header.
    Header,
    /// A value after the name of one. Always a secret, or only if it looks like one.
    Pair { always: bool },
}

/// Where the secret stands, if there is one around the needle.
pub(crate) fn look(look: Look, text: &str, needle: Range<usize>, written: &str) -> Option<Range<usize>> {
    let text = Text(text.as_bytes());
    let Range { start, end } = needle;
    // Asked first, because it is cheap: a text of nothing but needles must not be read to its end at each.
    let begins = match look {
        Look::Token { .. } => !text.follows_letter(start) && text.says(start, written),
        Look::WordyToken { .. } | Look::Capitals { .. } | Look::WebToken => {
            text.begins_word(start) && text.says(start, written)
        }
        Look::Bearer | Look::Basic => text.begins_word(start),
        _ => true,
    };
    if !begins {
        return None;
    }
    match look {
        Look::Token { least } => {
            let stop = text.run(end, is_word);
            (stop - end >= least).then_some(start..stop)
        }
        Look::WordyToken { least } => {
            let stop = text.run(end, is_word);
            let body = &text.0[end..stop];
            let known = [&b"ant-"[..], b"proj-", b"svcacct-", b"or-v1-"]
                .iter()
                .any(|known| body.starts_with(known));
            let secret = body.len() >= least && (known || has_stretch(body));
            secret.then_some(start..stop)
        }
        Look::Capitals { exactly } => {
            let stop = text.run(end, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            let ends = stop - end == exactly && !text.at(stop).is_some_and(is_word);
            ends.then_some(start..stop)
        }
        Look::Path { least } => {
            let stop = text.run(end, |byte| is_word(byte) || byte == b'/');
            (stop - end >= least).then_some(end..stop)
        }
        Look::PrivateKey => private_key(text, start, end),
        Look::UserInfo => user_info(text, start, end),
        Look::WebToken => web_token(text, start, end),
        Look::Bearer => {
            let stop = text.run(end, is_token68);
            let value = &text.0[end..stop];
            let secret = value.len() >= 16 && (value.iter().any(u8::is_ascii_digit) || has_stretch(value));
            secret.then_some(end..stop)
        }
        Look::Basic => {
            let stop = text.run(end, is_token68);
            holds_colon(&text.0[end..stop]).then_some(end..stop)
        }
        Look::Header => header(text, end),
        Look::Pair { always } => pair(text, start, end, always),
    }
}

fn private_key(text: Text<'_>, start: usize, end: usize) -> Option<Range<usize>> {
    let title = text.run(end, |byte| byte.is_ascii_alphanumeric() || byte == b' ');
    let private = text.0[end..title]
        .windows(11)
        .any(|window| window == b"PRIVATE KEY");
    if !private || !text.says(title, "-----") {
        return None;
    }
    // A block without an end was cut, and all that is left of it is secret.
    let all = text.0.len();
    let find = |from: usize, mark: &[u8]| {
        text.0[from..]
            .windows(mark.len())
            .position(|at| at == mark)
            .map(|n| from + n)
    };
    let stop = find(title, b"-----END ")
        .and_then(|last| find(last + 9, b"-----"))
        .map_or(all, |last| last + 5);
    Some(start..stop)
}

fn user_info(text: Text<'_>, start: usize, end: usize) -> Option<Range<usize>> {
    let stop = text.run(end, |byte| {
        !byte.is_ascii_whitespace() && !b"/?#\"'<>`\\".contains(&byte)
    });
    let at = text.0[end..stop]
        .iter()
        .rposition(|&byte| byte == b'@')
        .filter(|&at| at > 0)?
        + end;
    // `ssh://git@host` tells no secret; a lone name before an HTTP host is a token.
    let scheme_start = text.0[..start]
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric())
        .map_or(0, |n| n + 1);
    let http = text.0[scheme_start..start]
        .to_ascii_lowercase()
        .starts_with(b"http");
    (http || text.0[end..at].contains(&b':')).then_some(end..at)
}

fn web_token(text: Text<'_>, start: usize, end: usize) -> Option<Range<usize>> {
    let head = text.run(end, is_word);
    let body = text.run(head + usize::from(text.at(head) == Some(b'.')), is_word);
    if head - end < 10 || body < head + 5 {
        return None;
    }
    let stop = if text.at(body) == Some(b'.') {
        text.run(body + 1, is_word)
    } else {
        body
    };
    Some(start..stop)
}

/// `Authorization: Bearer …`, quoted or not; the scheme stays, it is of use and no secret.
fn header(text: Text<'_>, end: usize) -> Option<Range<usize>> {
    let (value, _) = text.value_after(end)?;
    let first = text.run(value, is_token68);
    let scheme = [&b"bearer"[..], b"basic", b"token", b"apikey", b"digest"]
        .iter()
        .any(|scheme| text.0[value..first].eq_ignore_ascii_case(scheme));
    let start = if scheme {
        text.run(first, |byte| byte == b' ')
    } else {
        value
    };
    let stop = text.run(start, is_token68);
    looks_secret(&text.0[start..stop]).then_some(start..stop)
}

fn pair(text: Text<'_>, start: usize, end: usize, always: bool) -> Option<Range<usize>> {
    let (value, sign) = match text.value_after(end) {
        Some(found) => found,
        None => text.value_of_flag(start, end)?,
    };
    if text.says(value, REDACTED) {
        return Some(value..value + REDACTED.len());
    }
    let stop = match sign {
        Sign::Quoted(quote) => text.run(value, |byte| byte != quote && !matches!(byte, b'\\' | b'\n')),
        _ => text.run(value, |byte| {
            !byte.is_ascii_whitespace() && !b"\"'`\\,;&)]}<>".contains(&byte)
        }),
    };
    let words = &text.0[value..stop];
    let secret = match sign {
        _ if is_nothing(words) => false,
        _ if always => !words.is_empty(),
        Sign::Equals => words.len() >= 6 || !words.iter().all(u8::is_ascii_digit),
        Sign::Quoted(_) => words.len() >= 4,
        Sign::Colon | Sign::Flag => looks_secret(words),
    };
    secret.then_some(value..stop)
}

/// Sixteen letters and digits in a row, or ten of which some are digits and some letters: words are not like that.
fn has_stretch(value: &[u8]) -> bool {
    value.split(|byte| !byte.is_ascii_alphanumeric()).any(|stretch| {
        let mixed = stretch.iter().any(u8::is_ascii_digit) && stretch.iter().any(u8::is_ascii_alphabetic);
        stretch.len() >= 16 || stretch.len() >= 10 && mixed
    })
}

/// Whether a word that stands where a secret could stand is likely one.
fn looks_secret(value: &[u8]) -> bool {
    value.len() >= 8 && value.iter().any(|byte| byte.is_ascii_digit() || *byte == b'=') || value.len() >= 20
}

/// Values that say that there is none, and places that are still to be filled.
fn is_nothing(value: &[u8]) -> bool {
    let word = |word: &str| value.eq_ignore_ascii_case(word.as_bytes());
    let variable = value.strip_prefix(b"$").is_some_and(|name| {
        name.starts_with(b"{") || name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
    });
    value.is_empty()
        || variable
        || value.iter().all(|&byte| byte == b'*')
        || ["true", "false", "null", "none"].into_iter().any(word)
}

/// Whether base64 holds a colon: only then does it hold a user and a password.
fn holds_colon(encoded: &[u8]) -> bool {
    let sextet = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let sextets: Vec<u32> = encoded
        .iter()
        .map_while(|&byte| sextet(byte))
        .map(u32::from)
        .collect();
    encoded.len() >= 8
        && encoded.len().is_multiple_of(4)
        && sextets.chunks(4).any(|four| {
            let bits = four
                .iter()
                .enumerate()
                .fold(0, |bits, (n, sextet)| bits | sextet << (18 - 6 * n));
            bits.to_be_bytes()[1..four.len()].contains(&b':')
        })
}
