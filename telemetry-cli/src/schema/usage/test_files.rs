//! Files that only tests have: those of `#[cfg(test)] mod tests;`, and those below a package's folder of tests. What is
//! emitted there is emitted by no program.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::found::{Found, TestModule};
use super::sources::SourceFile;
use super::tally::OfFile;

/// Files that are the root of their folder's modules.
const ROOTS: [&str; 3] = ["lib.rs", "main.rs", "mod.rs"];

/// Marks everything in such files.
pub(super) fn mark(sources: &[SourceFile], files: &mut [OfFile]) {
    let (mut named, mut folders) = (HashSet::new(), Vec::new());
    for (source, file) in sources.iter().zip(files.iter()) {
        for module in &file.found.test_modules {
            for (file, folder) in places(&source.real, module) {
                named.extend(file.canonicalize());
                folders.extend(folder.canonicalize());
            }
        }
    }
    for (source, file) in sources.iter().zip(files) {
        let is_below = || folders.iter().any(|folder| source.real.starts_with(folder));
        if source.test || named.contains(&source.real) || is_below() {
            all_of(&mut file.found);
        }
    }
}

/// The files that a module may be in, each with the folder of the modules inside of it.
fn places(declared_in: &Path, module: &TestModule) -> Vec<(PathBuf, PathBuf)> {
    let folder = declared_in.parent().unwrap_or(Path::new(""));
    if let Some(file) = &module.file {
        let file = folder.join(file);
        return vec![(file.clone(), file.with_extension(""))];
    }
    let beside = folder.to_owned();
    let below = declared_in.with_extension("");
    let is_root = declared_in
        .file_name()
        .is_some_and(|name| ROOTS.iter().any(|root| name == *root));
    // The root of an example or a test has a name of its own, and its modules stand beside it.
    let bases = if is_root {
        vec![beside]
    } else {
        vec![below, beside]
    };
    let way: PathBuf = module.path.iter().collect();
    let of = |base: PathBuf| {
        let folder = base.join(&way);
        [
            (folder.with_extension("rs"), folder.clone()),
            (folder.join("mod.rs"), folder),
        ]
    };
    bases.into_iter().flat_map(of).collect()
}

fn all_of(found: &mut Found) {
    found.sightings.iter_mut().for_each(|each| each.spot.test = true);
    found.raw.iter_mut().for_each(|each| each.spot.test = true);
    found.strangers.iter_mut().for_each(|each| each.spot.test = true);
    found.moves.iter_mut().for_each(|each| each.spot.test = true);
    found.passed.iter_mut().for_each(|each| each.spot.test = true);
}
