//! The nearest known name: what an unknown one probably should have been.

use crate::diagnostic::Diagnostic;

/// Longest name that is compared; a longer one is no typing error.
const LONGEST: usize = 80;

/// So many known names are listed when none is near.
const LISTED: usize = 12;

/// Adds what to type instead of an unknown name: the nearest known one, or all of them if they are few.
pub(crate) fn suggest<'a>(
    diagnostic: Diagnostic,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(nearest) = nearest(name, known.iter().copied()) {
        return diagnostic.help(format!("did you mean `{nearest}`?"));
    }
    if known.is_empty() || known.len() > LISTED {
        return diagnostic;
    }
    let list: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    diagnostic.help(format!("known: {}", list.join(", ")))
}

/// The known name that is nearest to this one, if any is near: a third of its letters may be wrong, or a part
/// between dots may be missing.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let allowed = (name.chars().count() / 3).max(1);
    known
        .into_iter()
        .filter(|known| known.len() <= LONGEST)
        .filter_map(|known| {
            let wrong = strsim::osa_distance(name, known);
            let part = known.ends_with(&format!(".{name}")) || name.ends_with(&format!(".{known}"));
            let rank = if part { wrong.min(1) } else { wrong };
            (wrong <= allowed || part).then_some((rank, wrong, known))
        })
        .min()
        .map(|(_, _, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let known = ["agent.name", "agent.version", "jackin.workspace.name", "screen"];
        assert_eq!(nearest("agent.nam", known), Some("agent.name"));
        assert_eq!(nearest("workspace.name", known), Some("jackin.workspace.name"));
        assert_eq!(nearest("scren", known), Some("screen"));
        assert_eq!(nearest("elephant", known), None);
        assert_eq!(nearest("", known), None);
    }
}
