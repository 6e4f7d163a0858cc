//! Templates of Rust text: the code as it will stand, with `$name` where something of the schema's goes. Text, and
//! not tokens, because a build script runs at every change of the schema: a thousand events are megabytes of Rust,
//! which parsing and laying out again would cost a second.

/// Appends `template` to `out`, every `$name` of `values` replaced.
///
/// A placeholder alone on its line stands for lines: they get its indentation, and none at all when the value is
/// empty. Any other `$word` stays, such as `$crate`.
pub(super) fn fill(out: &mut String, template: &str, values: &[(&str, &str)]) {
    for line in template.trim_start_matches('\n').lines() {
        let code = line.trim_start();
        let whole = code
            .strip_prefix('$')
            .and_then(|name| values.iter().find(|(known, _)| *known == name));
        match whole {
            Some((_, lines)) => {
                let indentation = &line[..line.len() - code.len()];
                for line in lines.lines() {
                    if !line.is_empty() {
                        out.push_str(indentation);
                        out.push_str(line);
                    }
                    out.push('\n');
                }
            }
            None => {
                fill_line(out, line, values);
                out.push('\n');
            }
        }
    }
}

fn fill_line(out: &mut String, line: &str, values: &[(&str, &str)]) {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let end = after
            .find(|c: char| !c.is_ascii_lowercase() && c != '_')
            .unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(value),
            None => {
                out.push('$');
                out.push_str(name);
            }
        }
        rest = behind;
    }
    out.push_str(rest);
}

/// The template alone, as text of its own.
pub(super) fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    fill(&mut out, template, values);
    out
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn a_placeholder_is_replaced_where_it_stands() {
        assert_eq!(
            filled("fn $name() { $crate::$name() }", &[("name", "a")]),
            "fn a() { $crate::a() }\n"
        );
    }

    #[test]
    fn lines_take_the_indentation_of_their_placeholder() {
        assert_eq!(
            filled(
                "{\n    $lines\n    $none\n}",
                &[("lines", "a\nb\n"), ("none", "")]
            ),
            "{\n    a\n    b\n}\n"
        );
    }
}
