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
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = first_special(rest) {
        out.extend_from_slice(&rest[..at]);
        escape(out, rest[at]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
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

/// An id: its lowest `DIGITS` hex digits, in quotes.
pub(crate) fn hex<const DIGITS: usize>(out: &mut Vec<u8>, id: u128) {
    let mut digits = [0; DIGITS];
    for (place, digit) in digits.iter_mut().rev().enumerate() {
        *digit = b"0123456789abcdef"[(id >> (4 * place)) as usize & 15];
    }
    out.push(b'"');
    out.extend_from_slice(&digits);
    out.push(b'"');
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

/// Where the first byte stands that a JSON string cannot hold as it is. Eight bytes are looked at together:
/// nearly all of them need nothing.
fn first_special(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word;
    let mut words = bytes.chunks_exact(8);
    let mut at = 0;
    for word in words.by_ref() {
        let word = word.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let quote = zero_byte(word ^ (ONES * u64::from(b'"')));
        let backslash = zero_byte(word ^ (ONES * u64::from(b'\\')));
        if (control | quote | backslash) & HIGHS != 0 {
            break;
        }
        at += 8;
    }
    let special = |byte: &u8| matches!(byte, ..0x20 | b'"' | b'\\');
    bytes[at..].iter().position(special).map(|n| at + n)
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    out.push(b'\\');
    match byte {
        b'"' | b'\\' => out.push(byte),
        b'\n' => out.push(b'n'),
        b'\r' => out.push(b'r'),
        b'\t' => out.push(b't'),
        _ => {
            let digit = |n: u8| b"0123456789abcdef"[usize::from(n & 15)];
            out.extend_from_slice(&[b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
        }
    }
}
