//! JSON straight into a buffer: the few forms that a line is made of. `encode` uses nothing else on the emitting
//! thread; serde stays with the records that a run makes once.

/// What stands where a number has no JSON form.
pub(crate) fn not_finite(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// A string with its quotes.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    out.reserve(rest.len() + 2);
    out.push(b'"');
    if !is_plain(rest) {
        while let Some(at) = rest.iter().position(|&byte| is_special(byte)) {
            out.extend_from_slice(&rest[..at]);
            escape(out, rest[at]);
            rest = &rest[at + 1..];
        }
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// A word of the schema or of the format with its quotes: its form leaves nothing to escape.
#[inline]
pub(crate) fn word(out: &mut Vec<u8>, word: &str) {
    debug_assert!(is_plain(word.as_bytes()), "`{word}` is no word of a schema");
    out.reserve(word.len() + 2);
    out.push(b'"');
    out.extend_from_slice(word.as_bytes());
    out.push(b'"');
}

/// An integer.
pub(crate) fn int(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// A count.
pub(crate) fn count(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// A floating point number; a string when it is not finite.
pub(crate) fn double(out: &mut Vec<u8>, number: f64) {
    if number.is_finite() {
        out.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes());
    } else {
        string(out, not_finite(number));
    }
}

/// true or false.
pub(crate) fn boolean(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// An id of sixteen bytes, in quotes.
pub(crate) fn trace_id(out: &mut Vec<u8>, id: u128) {
    out.push(b'"');
    hex(out, (id >> 64) as u64);
    hex(out, id as u64);
    out.push(b'"');
}

/// An id of eight bytes, in quotes.
pub(crate) fn span_id(out: &mut Vec<u8>, id: u64) {
    out.push(b'"');
    hex(out, id);
    out.push(b'"');
}

/// The two digits of every byte.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut all = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    all
};

fn hex(out: &mut Vec<u8>, id: u64) {
    let digits = id.to_be_bytes().map(|byte| HEX[usize::from(byte)]);
    out.extend_from_slice(digits.as_flattened());
}

/// A list between brackets.
pub(crate) fn list<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut each: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        each(out, item);
    }
    out.push(b']');
}

/// A byte that a JSON string cannot hold as it is.
fn is_special(byte: u8) -> bool {
    matches!(byte, ..0x20 | b'"' | b'\\')
}

/// Whether nothing has to be escaped, as is nearly always so. Eight bytes are looked at together, the last eight
/// again rather than one by one.
fn is_plain(bytes: &[u8]) -> bool {
    match bytes.last_chunk::<8>() {
        Some(last) => {
            let (words, _) = bytes.as_chunks::<8>();
            words.iter().all(|word| word_is_plain(*word)) && word_is_plain(*last)
        }
        None => !bytes.iter().any(|&byte| is_special(byte)),
    }
}

fn word_is_plain(word: [u8; 8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(word);
    // The high bit of some byte is set if one is less than `least`; of no byte if none is.
    let below = |word: u64, least: u64| word.wrapping_sub(ONES * least) & !word;
    let quote = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
    (below(word, 0x20) | quote | backslash) & HIGHS == 0
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    out.push(b'\\');
    match byte {
        b'"' | b'\\' => out.push(byte),
        b'\n' => out.push(b'n'),
        b'\r' => out.push(b'r'),
        b'\t' => out.push(b't'),
        _ => {
            out.extend_from_slice(b"u00");
            out.extend_from_slice(&HEX[usize::from(byte)]);
        }
    }
}
