//! Looking at Rust as a list of tokens: a call site inside of another macro is nothing but tokens, so all of them are
//! read in this one way.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenTree};

/// The word at a place.
pub(super) fn word_at(tokens: &[TokenTree], at: usize) -> Option<&Ident> {
    match tokens.get(at)? {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    }
}

/// The group at a place.
pub(super) fn group_at(tokens: &[TokenTree], at: usize) -> Option<&Group> {
    match tokens.get(at)? {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

/// The arguments at a place: a group in parentheses.
pub(super) fn arguments_at(tokens: &[TokenTree], at: usize) -> Option<&Group> {
    group_at(tokens, at).filter(|group| group.delimiter() == Delimiter::Parenthesis)
}

pub(super) fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

pub(super) fn punct_at(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    tokens.get(at).is_some_and(|token| is_punct(token, sign))
}

/// Whether `::` stands here.
fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let joined =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
    punct_at(tokens, at, ':') && tokens.get(at).is_some_and(joined) && punct_at(tokens, at + 1, ':')
}

/// A path that begins at this word, and the index behind it. Type arguments in it are passed over.
pub(super) fn path_at(tokens: &[TokenTree], at: usize) -> Option<(Vec<Ident>, usize)> {
    let mut path = vec![word_at(tokens, at)?.clone()];
    let mut next = at + 1;
    while is_separator(tokens, next) {
        if let Some(word) = word_at(tokens, next + 2) {
            path.push(word.clone());
            next += 3;
        } else if punct_at(tokens, next + 2, '<') {
            next = behind_types(tokens, next + 2);
        } else {
            break;
        }
    }
    Some((path, next))
}

/// The index behind type arguments that begin here with `<`; the end where they are not closed.
fn behind_types(tokens: &[TokenTree], at: usize) -> usize {
    let mut open = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        if is_punct(token, '<') {
            open += 1;
        } else if is_punct(token, '>') && !arrow(tokens, index) {
            open -= 1;
            if open == 0 {
                return index + 1;
            }
        }
    }
    tokens.len()
}

/// Whether the `>` here is that of `->`.
fn arrow(tokens: &[TokenTree], at: usize) -> bool {
    at > 0 && punct_at(tokens, at - 1, '-')
}

/// A method's call at this place, which is its dot: name, arguments, and the index behind them.
pub(super) fn method_at(tokens: &[TokenTree], at: usize) -> Option<(&Ident, &Group, usize)> {
    if !punct_at(tokens, at, '.') {
        return None;
    }
    let name = word_at(tokens, at + 1)?;
    let mut next = at + 2;
    if is_separator(tokens, next) && punct_at(tokens, next + 2, '<') {
        next = behind_types(tokens, next + 2);
    }
    Some((name, arguments_at(tokens, next)?, next + 1))
}

/// Tokens that commas keep apart.
pub(super) fn parts(tokens: &[TokenTree]) -> impl Iterator<Item = &[TokenTree]> {
    tokens.split(|token| is_punct(token, ','))
}

/// The tokens of a group.
pub(super) fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// The one path that these tokens are.
pub(super) fn only_path(tokens: &[TokenTree]) -> Option<Vec<Ident>> {
    let begin = tokens.iter().take_while(|token| is_punct(token, ':')).count();
    let (path, end) = path_at(tokens, begin)?;
    let rest = tokens[end..].iter().all(|token| is_punct(token, ','));
    rest.then_some(path)
}
