//! What a schema was: a folder, a file, or a revision of git. A revision is read with the `git` command, from the
//! repository that the schema lies in, and nothing is checked out.

use std::io;
use std::path::Path;
use std::process::{Command, Output};

use telemetry_schema::Source;

use super::source;
use crate::failure::Failure;

/// Reads the files of `base`, of which the schema at `schema` is a later version.
pub(super) fn read(base: &str, schema: &Path) -> Result<Vec<Source>, Failure> {
    let path = Path::new(base);
    if path.exists() {
        return source::read(path, base);
    }
    if base.is_empty() || base.starts_with('-') {
        return Err(Failure::Asked(format!(
            "`{base}` is neither a path nor a revision"
        )));
    }
    Revision::find(base, schema)?.sources()
}

/// A place in the history of a repository.
struct Revision<'a> {
    /// As it was typed.
    base: &'a str,
    /// Folder in the repository from which `git` is called.
    within: &'a Path,
    /// The commit's or tree's id.
    tree: String,
    /// Where the schema is in it, from the repository's root, without a slash at the end.
    path: String,
}

impl<'a> Revision<'a> {
    fn find(base: &'a str, schema: &'a Path) -> Result<Self, Failure> {
        let within = if schema.is_dir() {
            schema
        } else {
            schema.parent().unwrap_or(schema)
        };
        let within = if within.as_os_str().is_empty() {
            Path::new(".")
        } else {
            within
        };
        let no_path = format!("`{base}` is neither a file nor a folder");
        let prefix = git(within, &["rev-parse", "--show-prefix"]).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound && within.is_dir() {
                Failure::Asked(format!(
                    "{no_path}, and there is no `git` command to ask for a revision"
                ))
            } else {
                Failure::path("call `git` in", within, error)
            }
        })?;
        if !prefix.status.success() {
            let within = within.display();
            return Err(Failure::Asked(format!(
                "{no_path}, and `{within}` is in no git repository that has a revision of that name ({})",
                complaint(&prefix)
            )));
        }
        let (revision, place) = match base.split_once(':') {
            Some((revision, place)) => (revision, Some(place)),
            None => (base, None),
        };
        let found = git(
            within,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                &format!("{revision}^{{commit}}"),
            ],
        )?;
        if !found.status.success() {
            return Err(Failure::Asked(format!(
                "{no_path}, and git knows no revision `{revision}`; in a shallow clone, fetch it first"
            )));
        }
        let path = place.map_or_else(
            || {
                let file = schema.file_name().filter(|_| !schema.is_dir());
                let file = file.map(|name| name.to_string_lossy()).unwrap_or_default();
                format!("{}{file}", line(&prefix.stdout))
            },
            ToOwned::to_owned,
        );
        Ok(Revision {
            base,
            within,
            tree: line(&found.stdout),
            path: path.trim_end_matches('/').to_owned(),
        })
    }

    /// The YAML files there, as [`telemetry_schema::load`] finds them in a folder.
    fn sources(&self) -> Result<Vec<Source>, Failure> {
        let revision = self.base.split(':').next().unwrap_or_default();
        let Revision { tree, path, .. } = self;
        let object = format!("{tree}:{path}");
        let kind = git(self.within, &["cat-file", "-t", &object])?;
        let shown = format!("{revision}:{path}");
        match line(&kind.stdout).as_str() {
            "blob" => Ok(vec![self.file(&object, shown)?]),
            "tree" => {
                let listed = git(self.within, &["ls-tree", "--full-tree", "-z", &object])?;
                let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
                let mut names: Vec<&str> = listed.split('\0').filter_map(yaml).collect();
                names.sort_unstable();
                if names.is_empty() {
                    return Err(self.nothing("holds no .yaml file"));
                }
                let front = if path.is_empty() {
                    String::new()
                } else {
                    format!("{path}/")
                };
                names
                    .into_iter()
                    .map(|name| {
                        self.file(
                            &format!("{tree}:{front}{name}"),
                            format!("{revision}:{front}{name}"),
                        )
                    })
                    .collect()
            }
            _ => Err(self.nothing("does not exist")),
        }
    }

    fn file(&self, object: &str, path: String) -> Result<Source, Failure> {
        // Unlike `show`, this is never passed through a filter that somebody configured.
        let shown = git(self.within, &["cat-file", "blob", object])?;
        if !shown.status.success() {
            let why = complaint(&shown);
            return Err(Failure::Asked(format!("git cannot show {path}: {why}")));
        }
        let text =
            String::from_utf8(shown.stdout).map_err(|_| Failure::Asked(format!("{path} is not UTF-8")))?;
        Ok(Source { path, text })
    }

    fn nothing(&self, why: &str) -> Failure {
        let revision = self.base.split(':').next().unwrap_or_default();
        let path = if self.path.is_empty() {
            "the top folder"
        } else {
            &self.path
        };
        Failure::Asked(format!(
            "there is no schema at `{revision}`: {path} {why} there; if it lay elsewhere, write `{revision}:FOLDER`"
        ))
    }
}

/// The name in an entry of `ls-tree` (`mode type id<TAB>name`), if it is a file of a schema.
fn yaml(entry: &str) -> Option<&str> {
    let (about, name) = entry.split_once('\t')?;
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    (about.contains(" blob ") && !about.starts_with("120000") && is_yaml && !name.starts_with('.'))
        .then_some(name)
}

/// Calls git in the repository that holds the folder. A hook of git is started with variables that name one, by a
/// path from another folder.
fn git(within: &Path, arguments: &[&str]) -> io::Result<Output> {
    let mut command = Command::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command.arg("-C").arg(within).args(arguments).output()
}

/// The last thing that git said.
fn complaint(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    words
        .trim()
        .lines()
        .last()
        .unwrap_or("git said nothing")
        .to_owned()
}

fn line(output: &[u8]) -> String {
    String::from_utf8_lossy(output)
        .trim_end_matches(['\n', '\r'])
        .to_owned()
}
