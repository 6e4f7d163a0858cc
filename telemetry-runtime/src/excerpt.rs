//! How [`crate::glance`] reads: a text as bytes, with the few questions that the shapes of secrets ask of it.

/// What stands between a name and its value.
#[derive(Clone, Copy)]
pub(crate) enum Sign {
    /// `name=value`
    Equals,
    /// `name: value`, `name = value`
    Colon,
    /// `"name": "value"`, `name='value'`
    Quoted(u8),
    /// `--name value`
    Flag,
}

/// A text under the magnifying glass.
#[derive(Clone, Copy)]
pub(crate) struct Text<'t>(pub(crate) &'t [u8]);

impl Text<'_> {
    pub(crate) fn at(self, place: usize) -> Option<u8> {
        self.0.get(place).copied()
    }

    /// Whether these very characters stand at `place`: the search takes any case of letters.
    pub(crate) fn says(self, place: usize, words: &str) -> bool {
        self.0[place..].starts_with(words.as_bytes())
    }

    pub(crate) fn follows_letter(self, place: usize) -> bool {
        place > 0 && self.0[place - 1].is_ascii_alphanumeric()
    }

    pub(crate) fn begins_word(self, place: usize) -> bool {
        place == 0 || !is_word(self.0[place - 1])
    }

    /// Where the run of bytes ends that starts at `place`.
    pub(crate) fn run(self, place: usize, belongs: impl Fn(u8) -> bool) -> usize {
        self.0[place..]
            .iter()
            .position(|&byte| !belongs(byte))
            .map_or(self.0.len(), |length| place + length)
    }

    /// Where the value begins of the name that ends at `end`, when a sign says that it has one.
    pub(crate) fn value_after(self, end: usize) -> Option<(usize, Sign)> {
        let is_quote = |byte| matches!(byte, b'"' | b'\'' | b'`' | b'\\');
        let closed = self.run(end, is_quote);
        let sign = self.run(closed, |byte| byte == b' ');
        let equals = match self.at(sign)? {
            b'=' if self.at(sign + 1) != Some(b'=') => true,
            b':' => false,
            _ => return None,
        };
        let opening = self.run(sign + 1, |byte| byte == b' ');
        let value = self.run(opening, is_quote);
        // `name= ` has no value.
        if equals && sign == end && opening > sign + 1 {
            return None;
        }
        let found = if value > opening {
            Sign::Quoted(self.0[value - 1])
        } else if equals && sign == end {
            Sign::Equals
        } else {
            Sign::Colon
        };
        Some((value, found))
    }

    /// Where the value begins when the name is a flag such as `--password`.
    pub(crate) fn value_of_flag(self, start: usize, end: usize) -> Option<(usize, Sign)> {
        let name = self.0[..start]
            .iter()
            .rposition(|&byte| !is_word(byte))
            .map_or(0, |n| n + 1);
        let value = self.run(end, |byte| byte == b' ');
        let flag = self.says(name, "--") && value > end && !matches!(self.at(value), None | Some(b'-'));
        flag.then_some((value, Sign::Flag))
    }
}

pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

pub(crate) fn is_token68(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'.' | b'~' | b'+' | b'/' | b'=')
}
