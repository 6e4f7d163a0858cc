//! The Rust files below some folders, as `rg` would find them: what a `.gitignore` names is no source. What cannot be
//! read is told, never passed over.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::failure::Failure;

/// A file to be read.
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    /// As it is shown: the folder as it was typed, and the way from there.
    pub(super) shown: String,
    /// Whether it is below a package's folder of tests or benchmarks.
    pub(super) test: bool,
    /// Without links and dots, to know it again.
    pub(super) real: PathBuf,
}

/// Why something was not read.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) file: String,
    /// Line and column, from 1, where it is the text that cannot be understood.
    pub(super) at: Option<(usize, usize)>,
    pub(super) why: String,
}

/// Folders of a package that hold no part of what it builds.
const OF_TESTS: [&str; 2] = ["tests", "benches"];

/// Finds the files, sorted, each once.
pub(super) fn find(asked: &[PathBuf], unread: &mut Vec<Unread>) -> Result<Vec<SourceFile>, Failure> {
    let mut files = Vec::new();
    let mut known = HashSet::new();
    for root in asked {
        if let Err(error) = fs::metadata(root) {
            return Err(Failure::path("read", root, error));
        }
        let before = files.len() + unread.len();
        let walk = WalkBuilder::new(root)
            // A copy without its history has the same sources.
            .require_git(false)
            .sort_by_file_name(Ord::cmp)
            .build();
        for entry in walk {
            match entry {
                Ok(entry) if is_rust(entry.path()) => {
                    let real = entry.path().canonicalize();
                    let real = real.unwrap_or_else(|_| entry.path().to_owned());
                    if known.insert(real.clone()) {
                        files.push(SourceFile {
                            shown: shown(entry.path()),
                            test: is_test(root, entry.path()),
                            path: entry.into_path(),
                            real,
                        });
                    }
                }
                Ok(_) => {}
                Err(error) => unread.push(Unread {
                    file: shown(root),
                    at: None,
                    why: error.to_string(),
                }),
            }
        }
        if files.len() + unread.len() == before && known.is_empty() {
            let root = root.display();
            return Err(Failure::Asked(format!(
                "{root} holds no .rs file, or a .gitignore names all of them: name the folder of the sources"
            )));
        }
    }
    Ok(files)
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs") && !path.is_dir()
}

/// Whether a folder between the one that was named and the file is one of a package's tests.
fn is_test(root: &Path, file: &Path) -> bool {
    let below = file.ancestors().skip(1).take_while(|folder| *folder != root);
    { below }.any(|folder| {
        let named = OF_TESTS
            .iter()
            .any(|name| folder.file_name().is_some_and(|it| it == *name));
        named
            && folder
                .parent()
                .is_some_and(|package| package.join("Cargo.toml").is_file())
    })
}

fn shown(path: &Path) -> String {
    let text = path.display().to_string().replace('\\', "/");
    text.strip_prefix("./").map(ToOwned::to_owned).unwrap_or(text)
}
