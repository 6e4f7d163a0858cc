//! The demo's own world, made anew in a temporary folder for each run: real git repositories with an origin to
//! pull from, agents to download, sign-ins to hand over. A real jackin finds these things on the operator's disk
//! and on the network. Only the caches and the containers' homes outlive the run, below the home folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::config::{Config, Settings, Workspace};
use crate::launch::git;

/// Where everything is.
pub(crate) struct World {
    /// The configuration file.
    pub(crate) config: PathBuf,
    /// Folders that can become workspaces.
    pub(crate) projects: PathBuf,
    /// The repositories that roles are cloned from.
    pub(crate) role_origins: PathBuf,
    /// Where roles are cloned to.
    pub(crate) roles: PathBuf,
    /// The vendors' servers.
    pub(crate) downloads: PathBuf,
    /// The operator's sign-ins.
    pub(crate) sign_ins: PathBuf,
    /// What each container has of its own.
    pub(crate) instances: PathBuf,
    /// Images and binaries of earlier runs.
    pub(crate) cache: PathBuf,
    /// What each container finds as its home folder; it outlives the container, as a volume does.
    pub(crate) container_homes: PathBuf,
    /// Where a launch listens to its containers: a socket in a folder, which no network is needed for.
    pub(crate) network: PathBuf,
    /// What stands in front of a container's command; nothing when it shares this machine's network.
    pub(crate) enter: Vec<String>,
    // Removed with everything in it when the world ends.
    _folder: TempDir,
}

impl World {
    /// Makes the world; its caches are below `home`.
    ///
    /// # Errors
    /// A folder cannot be made, or git is not there.
    pub(crate) fn new(home: &Path, enter: Option<&str>) -> io::Result<World> {
        let folder = tempfile::Builder::new().prefix("jackin-console-").tempdir()?;
        let below = |name: &str| folder.path().join(name);
        let world = World {
            config: below("config.json"),
            projects: below("projects"),
            role_origins: below("origins/roles"),
            roles: below("roles"),
            downloads: below("downloads"),
            sign_ins: below("sign-ins"),
            instances: below("instances"),
            cache: home.join(".jackin/cache/console-example"),
            container_homes: home.join(".jackin/containers"),
            network: below("network.sock"),
            enter: enter
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            _folder: folder,
        };
        for agent in ["claude", "codex"] {
            // Large enough that copying it is work, small enough that nobody waits.
            write(
                &world.downloads.join(format!("{agent}-2.1.4")),
                &vec![b'#'; 512 * 1024],
            )?;
            write(
                &world.sign_ins.join(format!("{agent}.json")),
                br#"{ "signed_in": true }"#,
            )?;
        }
        for role in ["agent-smith", "the-architect"] {
            world.make_role(role)?;
        }
        world.make_project("my-app")?;
        write(
            &world.projects.join("notes/today.md"),
            b"A folder that is no repository.\n",
        )?;
        let workspace = |name: &str, role: &str, agent: &str| Workspace {
            name: name.to_owned(),
            role: role.to_owned(),
            agent: agent.to_owned(),
            folder: world.projects.join(name),
        };
        let config = Config {
            settings: Settings {
                pull: true,
                sidecar: false,
                rebuild: false,
            },
            workspaces: vec![
                workspace("my-app", "agent-smith", "claude"),
                workspace("notes", "the-architect", "codex"),
            ],
        };
        config.save(&world.config).map_err(io::Error::other)?;
        Ok(world)
    }

    fn make_role(&self, role: &str) -> io::Result<()> {
        let origin = self.role_origins.join(role);
        write(
            &origin.join("role.json"),
            br#"{ "version": 1, "variables": ["PATH", "EDITOR"] }"#,
        )?;
        write(
            &origin.join("Dockerfile"),
            b"FROM ghcr.io/example/construct:0.9\nCOPY prompts /prompts\nCOPY bin /bin\n",
        )?;
        for page in 0..24 {
            write(
                &origin.join(format!("prompts/{page:02}.md")),
                format!("# {role}, page {page}\n").as_bytes(),
            )?;
        }
        commit(&origin, "Say who the role is")
    }

    /// A repository with an origin that is one commit ahead, so that there is something to pull.
    fn make_project(&self, name: &str) -> io::Result<()> {
        let origin = self.role_origins.with_file_name(name);
        write(&origin.join("README.md"), b"# my-app\n")?;
        commit(&origin, "Begin")?;
        let project = self.projects.join(name);
        fs::create_dir_all(&self.projects)?;
        git(
            &self.projects,
            &["clone", "--quiet", &origin.to_string_lossy(), name],
        )?;
        introduce(&project)?;
        write(&origin.join("src/main.rs"), b"fn main() {}\n")?;
        commit(&origin, "Do something")
    }
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}

fn commit(repository: &Path, message: &str) -> io::Result<()> {
    if !repository.join(".git").exists() {
        git(repository, &["init", "--quiet", "--initial-branch", "main"])?;
        introduce(repository)?;
    }
    git(repository, &["add", "."])?;
    git(repository, &["commit", "--quiet", "--message", message])
}

/// Tells a repository who works in it.
fn introduce(repository: &Path) -> io::Result<()> {
    git(repository, &["config", "user.name", "Thomas A. Anderson"])?;
    git(repository, &["config", "user.email", "neo@example.com"])
}

/// Before the run there is nothing to record into, so this is not the launch's `git`.
fn git(folder: &Path, arguments: &[&str]) -> io::Result<()> {
    let output = git::command(folder, arguments).output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )),
    }
}
