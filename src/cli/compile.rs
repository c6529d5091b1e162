//! `etanche compile`: the whole proof, then the files.

use std::io;
use std::path::{Component, Path, PathBuf};

use clap::Args;
use etanche::isolation::{self, OutDir, WriteError};
use etanche::network::Network;
use etanche::pipeline;

use super::exit::{Exit, Stop};
use super::files::Found;
use super::output::Output;
use super::report::{self, Done, Outcome};
use super::{check, day, files, words};

/// Prove that nothing leaks, then write every device's files.
///
/// The output directory is replaced in one step: whatever happens, it holds either what it held or what was proved. Only
/// files whose text changed are rewritten. A refusal writes nothing.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  etanche compile                   to out/, beside the workspace
  etanche compile -o /srv/out --only 0000001B")]
pub(crate) struct Arguments {
    #[command(flatten)]
    named: check::Named,
    /// Directory to write to [default: `out/`, beside the workspace]
    ///
    /// It must be new, empty, or made by an earlier `compile`.
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write the devices of this site alone; everything is proved all the same
    #[arg(long, value_name = "UAI")]
    only: Option<String>,
    #[command(flatten)]
    now: day::Now,
    #[command(flatten)]
    report: report::Options,
}

/// Compiles a workspace.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    let found = files::open(arguments.named.workspace.as_deref())?;
    let to = OutDir { path: out(arguments, &found)?, only: arguments.only.clone() };
    let options = pipeline::Options { today: Some(arguments.now.today()), ..Default::default() };
    let outcome = check::prove(&found.workspace, options).at(&found);
    if let (Some(only), Some(net)) = (&to.only, &outcome.run().network) {
        known(net, only)?;
    }
    let done = write(&outcome, &to)?;
    report::tell(&outcome, Some(&done), &arguments.report, output)
}

fn write(outcome: &Outcome, to: &OutDir) -> Result<Done, Stop> {
    let run = outcome.run();
    let (Some(net), Some(proven), Exit::Proved) = (&run.network, &run.proven, outcome.exit()) else {
        return Ok(Done::Nothing);
    };
    let written = isolation::write(net, proven, to).map_err(|error| cannot(&error))?;
    Ok(Done::Wrote(written, words::folder(&to.path)))
}

fn cannot(error: &WriteError) -> Stop {
    let help = error.help.unwrap_or("what stood in the output directory is as it was");
    Stop::environment(format!("cannot {error}")).help(help)
}

/// Where to write, from the root of the file system and through no link, so that the exchange is of directories.
fn out(arguments: &Arguments, found: &Found) -> Result<PathBuf, Stop> {
    let path = arguments.out.clone().unwrap_or_else(|| found.beside().join("out"));
    refuse_a_link_to_nowhere(&path)?;
    let whole = whole(&path).map_err(|e| Stop::environment(format!("cannot write to `{}`: {e}", path.display())))?;
    let workspace = found.dir.canonicalize().unwrap_or_else(|_| found.dir.clone());
    if whole.starts_with(&workspace) {
        return Err(Stop::input(format!(
            "`{}` is inside the workspace, which holds policy files only",
            path.display()
        ))
        .help("choose another directory with -o"));
    }
    if whole.file_name().is_none() {
        return Err(Stop::input(format!("`{}` is the root of the file system", path.display()))
            .help("choose a directory of its own with -o"));
    }
    refuse_what_is_no_directory(&whole)?;
    Ok(whole)
}

/// A path through no link and no `..`, as far as it exists.
fn whole(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let exists = path.ancestors().find(|part| part.exists()).unwrap_or(&path);
    let rest = path.strip_prefix(exists).unwrap_or(Path::new(""));
    if rest.components().any(|part| part == Component::ParentDir) {
        return Err(io::Error::new(io::ErrorKind::NotFound, "a part of it before `..` does not exist"));
    }
    let exists = exists.canonicalize()?;
    Ok(if rest.as_os_str().is_empty() { exists } else { exists.join(rest) })
}

fn refuse_what_is_no_directory(path: &Path) -> Result<(), Stop> {
    if path.exists() && !path.is_dir() {
        let what = if path.is_file() { "a file" } else { "no directory" };
        return Err(Stop::environment(format!("cannot write to `{}`: it is {what}", path.display()))
            .help("choose another directory with -o"));
    }
    Ok(())
}

/// A link whose target is gone, at the end of the path or on the way.
fn refuse_a_link_to_nowhere(path: &Path) -> Result<(), Stop> {
    let Some(link) = path.ancestors().find(|part| part.is_symlink() && !part.exists()) else { return Ok(()) };
    let target = std::fs::read_link(link).unwrap_or_default();
    let why = format!("`{}` is a link to `{}`, which does not exist", link.display(), target.display());
    Err(Stop::environment(format!("cannot write to `{}`: {why}", path.display()))
        .help("make that directory, or remove the link"))
}

/// The site of `--only`.
fn known(net: &Network, only: &str) -> Result<(), Stop> {
    let known = net.sites.iter().any(|s| s.name.as_str() == only);
    if known { Ok(()) } else { Err(super::unknown_site(net, only)) }
}
