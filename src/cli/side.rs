//! One side of a comparison: a workspace, an output of `compile`, or a revision of the workspace.

use std::collections::BTreeMap;
use std::path::Path;

use etanche::diagnostics::Severity;
use etanche::diff::Side;
use etanche::isolation;
use etanche::network::{L4, Network};
use etanche::pipeline::{self, Run, Said, Touched, Workspace};
use etanche::policy::Policy;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::exit::{Exit, Stop};
use super::{files, progress, revision};

/// What a run leaves in an output, beside the devices' files.
const MANIFEST: &str = "manifest.json";
const CERTIFICATE: &str = "certificate.json";

/// One side, and the words of its policy where it has one.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) side: Side,
    pub(crate) words: Option<Words>,
}

/// What a policy calls things that no output says.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) zone: TimeZone,
    pub(crate) services: BTreeMap<String, Vec<L4>>,
}

/// What a person named.
#[derive(Debug)]
pub(crate) enum Named {
    /// A workspace, by the name that messages call it.
    Policy(Box<Workspace>, String),
    /// An output.
    Written(Box<Side>),
}

/// A folder if there is one, else a revision.
pub(crate) fn named(name: &str, workspace: Option<&Path>) -> Result<Named, Stop> {
    let path = Path::new(name);
    if path.join(MANIFEST).is_file() {
        return Ok(Named::Written(Box::new(written(path)?)));
    }
    if path.join("region.yaml").is_file() {
        return here(Some(path));
    }
    if path.is_dir() {
        return Err(Stop::input(format!("`{name}` is neither a workspace nor an output"))
            .help("a workspace has `region.yaml`, an output of `etanche compile` has `manifest.json`"));
    }
    let found = files::open(workspace)?;
    Ok(Named::Policy(Box::new(revision::workspace(&found, name)?), name.to_owned()))
}

/// The workspace as it is.
pub(crate) fn here(workspace: Option<&Path>) -> Result<Named, Stop> {
    let found = files::open(workspace)?;
    Ok(Named::Policy(Box::new(found.workspace), found.dir.display().to_string()))
}

/// Both sides with the texts of what can differ: of two workspaces, few sites; beside an output, all.
pub(crate) fn both(sides: [Named; 2]) -> Result<[Taken; 2], Stop> {
    progress::during("compiling", || {
        let [old, new] = sides.map(read);
        let (old, new) = (old?, new?);
        let touched = match (&old, &new) {
            (Read::Policy(old), Read::Policy(new)) => pipeline::touched([old.said(), new.said()]),
            _ => Touched::All,
        };
        Ok([taken(old, &touched)?, taken(new, &touched)?])
    })
}

/// A side, read as far as it takes to know what can differ.
enum Read {
    Policy(Box<Made>),
    Written(Box<Side>),
}

/// A workspace with the network that it makes.
struct Made {
    workspace: Workspace,
    name: String,
    policy: Policy,
    network: Network,
    run: Run,
}

impl Made {
    fn said(&self) -> Said<'_> {
        Said { workspace: &self.workspace, policy: &self.policy, network: &self.network }
    }
}

fn read(side: Named) -> Result<Read, Stop> {
    let (workspace, name) = match side {
        Named::Written(side) => return Ok(Read::Written(side)),
        Named::Policy(workspace, name) => (*workspace, name),
    };
    let mut run = Run::default();
    let Some((policy, network)) = pipeline::connected(&workspace, &mut run) else {
        return Err(has_none(&name, run));
    };
    Ok(Read::Policy(Box::new(Made { workspace, name, policy, network, run })))
}

fn taken(side: Read, touched: &Touched) -> Result<Taken, Stop> {
    let mut made = match side {
        Read::Written(side) => return Ok(Taken { side: *side, words: None }),
        Read::Policy(made) => made,
    };
    let Some(outputs) = pipeline::drafts(&made.workspace, &made.network, touched, &mut made.run) else {
        return Err(has_none(&made.name, made.run));
    };
    let devices = outputs.into_iter().map(|output| (output.path, output.files)).collect();
    let words = Words { zone: made.policy.region.timezone.value.clone(), services: super::services(&made.policy) };
    Ok(Taken { side: Side { devices, facts: isolation::facts(&made.network) }, words: Some(words) })
}

/// A workspace that makes no configurations has errors; the first of them is told.
fn has_none(name: &str, run: Run) -> Stop {
    let first = run.sink.into_sorted().into_iter().find(|found| found.severity == Severity::Error);
    let why = first.map(|found| format!("{}: {}", run.sources.cite(found.span), found.message)).unwrap_or_default();
    Stop { exit: Exit::Input, message: format!("`{name}` has no configurations: {why}"), help: None }
        .help("`etanche check` shows all that is wrong")
}

/// What stands in an output: the files that its manifest names, by device.
fn written(dir: &Path) -> Result<Side, Stop> {
    let manifest = json(&dir.join(MANIFEST))?;
    let certificate = json(&dir.join(CERTIFICATE))?;
    let mut side = Side { facts: certificate["facts"].clone(), ..Side::default() };
    let files = manifest["files"].as_array().into_iter().flatten();
    for path in files.filter_map(|file| file["path"].as_str()) {
        let Some((device, file)) = device(path) else { continue };
        let text = files::text(&dir.join(path))?;
        side.devices.entry(device).or_default().insert(file, text);
    }
    Ok(side)
}

/// `0000001B/gateway` and `network/10-eth0.network`.
fn device(path: &str) -> Option<(String, String)> {
    let mut parts = path.splitn(3, '/');
    let (site, name, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some((format!("{site}/{name}"), file.to_owned()))
}

fn json(path: &Path) -> Result<Value, Stop> {
    serde_json::from_str(&files::text(path)?)
        .map_err(|error| Stop::input(format!("`{}` is no output of ours: {error}", path.display())))
}
