//! `runs tail`: the last records of a run, and with `--follow` those to come, whoever writes them. [`watch`] reads a
//! file that grows, [`folder`] waits for one to appear, [`teller`] shows the lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::args::{Format, Tail};
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::runs::find::{Found, find};
use crate::runs::tail::folder::Folder;
use crate::runs::tail::teller::Teller;
use crate::runs::tail::watch::Watch;
use crate::stop::Stop;
use crate::story::file::{Unreadable, first};

mod folder;
mod teller;
pub(crate) mod watch;

/// Between two looks at a file that grows.
const GROWING: Duration = Duration::from_millis(50);

/// Between two looks at a file that does not, or at a folder.
const QUIET: Duration = Duration::from_millis(250);

/// Shows the last records of a run. `words` takes what is said beside the lines of a run file.
pub(crate) fn tail(
    asked: &Tail,
    look: &Look,
    out: &mut dyn Write,
    words: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let mut teller = Teller::new(asked.format == Format::Json, look, out, words);
    if !asked.follow {
        match find(asked.run.as_deref(), &asked.place)? {
            Found::Input => input(asked.lines, &mut teller)?,
            Found::File(path) => {
                let watch = begin(&path, asked.lines, false, &mut teller)?;
                if watch.is_torn() {
                    teller.torn()?;
                }
            }
        }
        return Ok(Verdict::Fine);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(follow(asked, &mut teller))?;
    Ok(Verdict::Fine)
}

/// Shows the last lines of a file, and is ready for what comes behind them. One without a record is none of ours, unless
/// its first is still to come.
fn begin(path: &Path, most: usize, follow: bool, teller: &mut Teller<'_>) -> Result<Watch, Failure> {
    let cannot = |error| Failure::path("read", path, error);
    let mut watch = Watch::open(path).map_err(cannot)?;
    let first = match first(BufReader::new(File::open(path).map_err(cannot)?)) {
        Ok(first) => Some(first),
        Err(Unreadable::Empty | Unreadable::NoRecord(_)) if follow => None,
        Err(Unreadable::Io(error)) => return Err(cannot(error)),
        Err(why) => return Err(Failure::Asked(format!("{} {why}", path.display()))),
    };
    // Whether the run has ended is in the last line, however few are asked for.
    let latest = watch
        .last(1, |line| !line.trim_ascii().is_empty())
        .map_err(cannot)?;
    teller.ended = latest.iter().any(|line| Teller::is_end(line));
    let lines = watch.last(most, |line| teller.has_row(line)).map_err(cannot)?;
    if let Some(first) = first {
        teller.begins(&first)?;
    }
    teller.tell(&lines)?;
    Ok(watch)
}

/// The last lines of standard input.
fn input(most: usize, teller: &mut Teller<'_>) -> Result<(), Failure> {
    let mut kept = std::collections::VecDeque::new();
    let mut rows = 0;
    let mut first = None;
    let mut input = BufReader::new(io::stdin().lock());
    loop {
        let mut line = Vec::new();
        let cannot = |error| Failure::path("read", "standard input", error);
        if input.read_until(b'\n', &mut line).map_err(cannot)? == 0 {
            break;
        }
        let torn = line.pop_if(|last| *last == b'\n').is_none();
        if torn && telemetry_runtime::reader::parse(&line).is_err() {
            teller.tell(kept.make_contiguous())?;
            return teller.torn();
        }
        if first.is_none() {
            first = telemetry_runtime::reader::parse(&line).ok();
            first.iter().try_for_each(|first| teller.begins(first))?;
        }
        rows += usize::from(teller.has_row(&line));
        kept.push_back(line);
        while rows > most || (rows == most && kept.front().is_some_and(|line| !teller.has_row(line))) {
            let Some(line) = kept.pop_front() else { break };
            rows -= usize::from(teller.has_row(&line));
        }
    }
    teller.tell(kept.make_contiguous())
}

/// Follows the run that was asked for until it has ended, or somebody says stop.
async fn follow(asked: &Tail, teller: &mut Teller<'_>) -> Result<(), Failure> {
    let mut stop = Stop::listen()?;
    let known = match &asked.run {
        Some(run) => match find(Some(run), &asked.place)? {
            Found::File(path) => Some(path),
            Found::Input => {
                let words = "standard input cannot be followed: name the run, or its file";
                return Err(Failure::Asked(words.to_owned()));
            }
        },
        None => None,
    };
    let begun = match known {
        Some(path) => Some((begin(&path, asked.lines, true, teller)?, path)),
        None => next(asked, teller, &mut stop).await?,
    };
    let Some((mut watch, path)) = begun else {
        return Ok(());
    };
    let mut still = 0_u32;
    loop {
        let lines = watch
            .more()
            .map_err(|error| Failure::path("read", &path, error))?;
        still = if lines.is_empty() { still + 1 } else { 0 };
        teller.tell(&lines)?;
        // Asking takes the writer's lock for an instant, so it is asked seldom.
        if still.is_multiple_of(4) && still > 0 || teller.ended {
            let written = watch.is_written();
            let nobody = written == Some(false) || written.is_none() && teller.ended;
            // What was written before the lock went is in the file by now.
            if nobody {
                loop {
                    let rest = watch
                        .more()
                        .map_err(|error| Failure::path("read", &path, error))?;
                    if rest.is_empty() {
                        break;
                    }
                    teller.tell(&rest)?;
                }
                teller.tell(watch.rest().as_slice())?;
                if watch.is_torn() {
                    teller.torn()?;
                }
                return teller.gone();
            }
        }
        let pause = if still > 10 { QUIET } else { GROWING };
        if stop.within(pause).await {
            return Ok(());
        }
    }
}

/// The run that goes on, else the next one that begins; `None` when somebody says stop before that.
async fn next(
    asked: &Tail,
    teller: &mut Teller<'_>,
    stop: &mut Stop,
) -> Result<Option<(Watch, PathBuf)>, Failure> {
    let mut folder = Folder::of(&asked.place)?;
    if let Some(path) = folder.going_on() {
        return Ok(Some((begin(&path, asked.lines, true, teller)?, path)));
    }
    teller.waiting(&folder.path)?;
    loop {
        while let Some(path) = folder.new_file()? {
            // Nothing of it was seen by anybody yet.
            match begin(&path, usize::MAX, true, teller) {
                Ok(watch) => return Ok(Some((watch, path))),
                Err(Failure::Asked(why)) => teller.passed_over(&why)?,
                Err(failure) => return Err(failure),
            }
        }
        if stop.within(QUIET).await {
            return Ok(None);
        }
    }
}
