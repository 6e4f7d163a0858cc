//! The operator's path of a sample: from an entry over every move that the schema lists, and where no move leads, a
//! screen that is entered anew.

use std::collections::{HashSet, VecDeque};

use telemetry_schema::model::{Model, ScreenIndex};

/// A screen on the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) screen: ScreenIndex,
    /// Whether a move of the schema leads here from the step before.
    pub(super) moved: bool,
}

/// The path; empty when a run can begin on no screen.
pub(super) fn path(model: &Model) -> Vec<Step> {
    let to: Vec<&[ScreenIndex]> = model
        .screens
        .iter()
        .map(|screen| screen.navigates_to.as_slice())
        .collect();
    let circles = circles(&to);
    let mut moves: HashSet<(ScreenIndex, ScreenIndex)> = HashSet::new();
    for (from, targets) in to.iter().enumerate() {
        moves.extend(targets.iter().map(|target| (from, *target)));
    }
    let mut unseen: HashSet<ScreenIndex> = (0..to.len()).collect();
    let entries: Vec<ScreenIndex> = (0..to.len())
        .filter(|&screen| model.screens[screen].entry)
        .collect();
    let mut steps = Vec::new();
    let Some(first) = entries.first() else {
        return steps;
    };
    let mut at = *first;
    enter(&mut steps, &mut unseen, at);
    loop {
        // First the moves from which there is a way back.
        let back = |(from, target): (ScreenIndex, ScreenIndex)| circles[from] == circles[target];
        let way = way(&to, at, |edge| moves.contains(&edge) && back(edge))
            .or_else(|| way(&to, at, |edge| moves.contains(&edge)));
        if let Some(way) = way {
            for screen in way {
                moves.remove(&(at, screen));
                unseen.remove(&screen);
                at = screen;
                steps.push(Step { screen, moved: true });
            }
            continue;
        }
        let leads_on = |screen: &ScreenIndex| {
            unseen.contains(screen) || self::way(&to, *screen, |edge| moves.contains(&edge)).is_some()
        };
        let next = entries.iter().copied().find(leads_on);
        let next = next.or_else(|| (0..to.len()).find(|screen| unseen.contains(screen)));
        let Some(next) = next.or_else(|| moves.iter().map(|(from, _)| *from).min()) else {
            return steps;
        };
        at = next;
        enter(&mut steps, &mut unseen, at);
    }
}

fn enter(steps: &mut Vec<Step>, unseen: &mut HashSet<ScreenIndex>, screen: ScreenIndex) {
    unseen.remove(&screen);
    steps.push(Step { screen, moved: false });
}

/// The shortest way that ends with a move that is wanted: the screens on it, without the first.
fn way(
    to: &[&[ScreenIndex]],
    from: ScreenIndex,
    wanted: impl Fn((ScreenIndex, ScreenIndex)) -> bool,
) -> Option<Vec<ScreenIndex>> {
    let mut before = vec![None; to.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        for &target in to[at] {
            if wanted((at, target)) {
                let mut way = vec![target];
                let mut step = at;
                while step != from {
                    way.push(step);
                    step = before[step]?;
                }
                way.reverse();
                return Some(way);
            }
            if target != from && before[target].is_none() {
                before[target] = Some(at);
                queue.push_back(target);
            }
        }
    }
    None
}

/// For each screen a number that it shares with those from which there is a way to it and back.
fn circles(to: &[&[ScreenIndex]]) -> Vec<usize> {
    let mut from: Vec<Vec<ScreenIndex>> = vec![Vec::new(); to.len()];
    for (screen, targets) in to.iter().enumerate() {
        targets.iter().for_each(|&target| from[target].push(screen));
    }
    let mut left = Vec::new();
    let mut known = vec![false; to.len()];
    for root in 0..to.len() {
        let mut open = vec![(root, 0)];
        if std::mem::replace(&mut known[root], true) {
            continue;
        }
        while let Some((screen, next)) = open.pop() {
            match to[screen].get(next) {
                Some(&target) => {
                    open.push((screen, next + 1));
                    if !std::mem::replace(&mut known[target], true) {
                        open.push((target, 0));
                    }
                }
                None => left.push(screen),
            }
        }
    }
    let mut circle: Vec<Option<usize>> = vec![None; to.len()];
    for root in left.into_iter().rev() {
        let mut open = vec![root];
        while let Some(screen) = open.pop() {
            if circle[screen].is_none() {
                circle[screen] = Some(root);
                open.extend(&from[screen]);
            }
        }
    }
    circle
        .into_iter()
        .enumerate()
        .map(|(own, root)| root.unwrap_or(own))
        .collect()
}
