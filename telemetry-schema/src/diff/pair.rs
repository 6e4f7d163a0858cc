//! Which item of one model is which item of the other: by its id, or by a former id that it names.

use std::collections::HashMap;

/// What became of an item.
pub(super) enum Pair<'m, T> {
    /// There is one of this id, or one that had it.
    Kept(&'m T, &'m T),
    /// It went up in one that was there beside it.
    Merged(&'m T, &'m T),
    /// It is gone.
    Gone(&'m T),
    /// It is new.
    New(&'m T),
}

/// Pairs two lists: today's items in their order, then those that are gone.
///
/// `before` and `after` give the id, `former` the ids that an item had.
pub(super) fn pairs<'m, T>(
    base: &'m [T],
    head: &'m [T],
    before: impl Fn(&'m T) -> String,
    after: impl Fn(&'m T) -> String,
    former: impl Fn(&'m T) -> Vec<String>,
) -> Vec<Pair<'m, T>> {
    let mut left: HashMap<String, (usize, &T)> = base
        .iter()
        .enumerate()
        .map(|(order, each)| (before(each), (order, each)))
        .collect();
    // Equal ids belong together, whatever else somebody claims to have been.
    let same: Vec<Option<&T>> = head
        .iter()
        .map(|each| left.remove(&after(each)).map(|(_, before)| before))
        .collect();
    let mut pairs = Vec::new();
    for (each, same) in head.iter().zip(same) {
        let mut found = same;
        if let Some(before) = found {
            pairs.push(Pair::Kept(before, each));
        }
        for id in former(each) {
            let Some((_, before)) = left.remove(&id) else {
                continue;
            };
            if found.is_none() {
                found = Some(before);
                pairs.push(Pair::Kept(before, each));
            } else {
                pairs.push(Pair::Merged(before, each));
            }
        }
        if found.is_none() {
            pairs.push(Pair::New(each));
        }
    }
    let mut gone: Vec<(usize, &T)> = left.into_values().collect();
    gone.sort_by_key(|(order, _)| *order);
    pairs.extend(gone.into_iter().map(|(_, each)| Pair::Gone(each)));
    pairs
}
