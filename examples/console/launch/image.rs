//! The agent image: reused when one was built from the same recipe, else built. An image is a folder here, its
//! build context is copied for real, and each layer is a real `tar`.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::*;

use super::role::Role;
use super::{Job, git};
use crate::error::LaunchError;

/// Makes an image available, and says how the launch gets its container.
pub(crate) fn build(job: &Job, role: &Role, base: &str, binary: &Path) -> Result<Plan, LaunchError> {
    stage!(DerivedImage).run(|stage| {
        let images = job.world.cache.join("images");
        let name = recipe(job, role);
        stage
            .image(&name)
            .base_image(base)
            .image_source(ImageSource::WorkspaceDockerfile);
        let missing = stage
            .timing(ImageTagLookup)
            .run(|| look_up(job, &images, &name))?;
        let container_name = &job.container;
        let Some(miss_reason) = missing else {
            let plan = Plan::CreateFromValidImage;
            event!(CacheHit { cache: Cache::Image });
            event!(LaunchPlan {
                plan,
                reason: "recipe_match",
                container_name,
                skipped: &["create_build_context", "docker_build"],
            });
            return Ok(plan);
        };
        let plan = Plan::BuildAndCreate;
        event!(CacheMiss {
            cache: Cache::Image,
            miss_reason
        });
        event!(LaunchPlan {
            plan,
            reason: "image_not_valid",
            container_name,
            miss_reason
        });
        let part = images.join(format!("{name}.part-{}", std::process::id()));
        let built = stage
            .timing(CreateBuildContext)
            .run(|| create_context(role, binary, &part.join("context")))
            .and_then(|()| stage.timing(DockerBuild).run(|| build_layers(&part)))
            .and_then(|()| {
                replace(&part, &images.join(&name)).map_err(LaunchError::io("cannot keep the image"))
            });
        if built.is_err() {
            // Half an image is worth nothing; that it cannot be removed either changes nothing.
            let _ = fs::remove_dir_all(&part);
        }
        built.map(|()| plan)
    })
}

/// The image's name says all that it is made of.
fn recipe(job: &Job, role: &Role) -> String {
    let revision = role.revision.get(..12).unwrap_or(&role.revision);
    format!("{}_{}_{revision}", job.workspace.role, job.workspace.agent)
}

/// Why the image has to be built, if it has to.
fn look_up(job: &Job, images: &Path, name: &str) -> Result<Option<MissReason>, LaunchError> {
    if job.settings.rebuild {
        return Ok(Some(MissReason::ExplicitRebuild));
    }
    if images.join(name).is_dir() {
        return Ok(None);
    }
    let older = format!("{}_{}_", job.workspace.role, job.workspace.agent);
    let others = match fs::read_dir(images) {
        Ok(others) => others,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(MissReason::LocalImageMissing));
        }
        Err(error) => {
            return Err(LaunchError::Io {
                doing: "cannot list the images",
                source: error,
            });
        }
    };
    let changed = others
        .flatten()
        .any(|other| other.file_name().to_string_lossy().starts_with(&older));
    Ok(Some(if changed {
        MissReason::RoleGitShaChanged
    } else {
        MissReason::LocalImageMissing
    }))
}

fn create_context(role: &Role, binary: &Path, context: &Path) -> Result<(), LaunchError> {
    let failed = || LaunchError::io("cannot make the build context");
    let mut copied = copy_tree(&role.folder, context).map_err(failed())?;
    let bin = context.join("bin");
    fs::create_dir_all(&bin).map_err(failed())?;
    copied.bytes += fs::copy(binary, bin.join("agent")).map_err(failed())?;
    copied.files += 1;
    event!(BuildContextCreated {
        files: copied.files,
        bytes: copied.bytes,
        image_source: ImageSource::WorkspaceDockerfile,
        context_dir: context,
    });
    Ok(())
}

#[derive(Default)]
struct Copied {
    files: u64,
    bytes: u64,
}

/// Copies a repository's files, without its history.
fn copy_tree(from: &Path, to: &Path) -> io::Result<Copied> {
    let mut copied = Copied::default();
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_name() == ".git" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            let below = copy_tree(&entry.path(), &target)?;
            copied.files += below.files;
            copied.bytes += below.bytes;
        } else {
            copied.files += 1;
            copied.bytes += fs::copy(entry.path(), target)?;
        }
    }
    Ok(copied)
}

/// Packs what each `COPY` of the Dockerfile names into a layer.
fn build_layers(image: &Path) -> Result<(), LaunchError> {
    let context = image.join("context");
    let dockerfile = fs::read_to_string(context.join("Dockerfile"))
        .map_err(LaunchError::io("cannot read the Dockerfile"))?;
    let instructions: Vec<_> = dockerfile.lines().collect();
    for (index, instruction) in instructions.iter().enumerate() {
        let started = Instant::now();
        if let Some(source) = instruction
            .strip_prefix("COPY ")
            .and_then(|rest| rest.split(' ').next())
        {
            pack(&context, source, &image.join(format!("layer-{index}.tar")))?;
        }
        event!(DockerBuildStep {
            step: format_args!("{}/{}", index + 1, instructions.len()),
            instruction: *instruction,
            cached: false,
            elapsed: started.elapsed(),
        });
    }
    Ok(())
}

fn pack(context: &Path, source: &str, layer: &Path) -> Result<(), LaunchError> {
    let output = git::recorded(
        "tar",
        Command::new("tar")
            .arg("-cf")
            .arg(layer)
            .arg("-C")
            .arg(context)
            .arg(source),
    )?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    event!(DockerBuildFailed {
        exit_code: output.status.code().unwrap_or(-1),
        error_type: ErrorType::ImageBuildFailed,
        message: &words,
    });
    Err(LaunchError::ImageBuild(words))
}

/// Puts a new image in the place of the one before.
fn replace(new: &Path, old: &Path) -> io::Result<()> {
    if old.exists() {
        fs::remove_dir_all(old)?;
    }
    fs::rename(new, old)
}
