//! `etanche verify`: what stands on a disk or on a device, against the workspace.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use etanche::diagnostics::render_json;
use etanche::diff;
use etanche::isolation::{self, MANIFEST, Output as Device, Proven};
use etanche::network::Network;
use etanche::packets::Limits;
use etanche::pipeline;
use etanche::policy::Policy;
use etanche::verify::{self, Dump, Live, Meaning, Reference, Touch, Wanted};
use jiff::civil::Date;
use serde_json::json;

use super::exit::{Exit, Stop};
use super::files::{self, Found};
use super::output::Output;
use super::report::{self, Outcome};
use super::words::count;
use super::{check, day, progress, words};

/// Compare an output, or what a device does, with the workspace, which must be proved.
///
/// Files are compared byte by byte; those that somebody edited are read back, and what they newly permit is told. A file
/// that nothing here wrote fails, for a device would read it. What the output's own manifest says tells an edit from a
/// workspace that has moved on.
///
/// With --live, the meaning of a dump of one device is compared: counters, handles, order and the device's own spelling
/// make no difference. What the dump does not hold is told as not compared.
#[derive(Debug, Args)]
#[command(after_long_help = "Dumps:
  a gateway         TZ=UTC nft list ruleset, or TZ=UTC nft -j list ruleset
  an Aruba AOS-S    show running-config, after `no page`
  a Cisco IOS       show running-config, after `terminal length 0`
The whole text, without prompts; accounts and keys are set aside, and told.

Other tables on a gateway fail unless they are named with --foreign, and are told each time. In
nft an accept ends its own chain alone, so that a filter of somebody else can only drop more; a
table that translates, marks or hands on packets makes another device: nothing is proved of it.

Exit codes: 0 everything is the same; 1 something differs, or the workspace is not proved.

Examples:
  etanche verify                            out/, beside the workspace
  etanche verify /srv/out --only 0000001B
  ssh root@GATEWAY TZ=UTC nft list ruleset |
    etanche verify --live - --device 0000001B/gateway
  etanche verify --live sw-1.txt --device 0000002C/sw-1
  etanche verify --live gw.json --device 0000001B/gateway --foreign 'inet f2b-table'")]
pub(crate) struct Arguments {
    /// Output of an earlier `compile` [default: `out/`, beside the workspace]
    #[arg(conflicts_with = "live")]
    out: Option<PathBuf>,
    /// Look at the devices of this site alone, as `compile --only` writes them
    #[arg(long, value_name = "UAI", conflicts_with = "live")]
    only: Option<String>,
    /// Compare this dump of a device, `-` for standard input, in the place of an output
    #[arg(long, value_name = "DUMP", requires = "device")]
    live: Option<PathBuf>,
    /// The device it was taken from, such as `0000001B/gateway`
    #[arg(long, value_name = "SITE/DEVICE", requires = "live")]
    device: Option<String>,
    /// A table of somebody else that may be there, such as `inet f2b-table`; may be given again
    #[arg(long, value_name = "TABLE", requires = "live")]
    foreign: Vec<String>,
    /// Answer for people, or as one JSON document (docs/json.md)
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    #[command(flatten)]
    now: day::Now,
    /// Directory of the policy files [default: `policies/`, here or in the nearest folder above]
    #[arg(short, long, value_name = "DIR")]
    workspace: Option<PathBuf>,
}

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON document, schema etanche.verify/1
    Json,
}

/// Verifies an output or a device.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    let found = files::open(arguments.workspace.as_deref())?;
    let outcome = check::prove(&found.workspace, pipeline::Options::default());
    let run = outcome.run();
    let (Some(net), Some(proven), Exit::Proved) = (&run.network, &run.proven, outcome.exit()) else {
        return unproved(&outcome, arguments.format, output);
    };
    let mut again = pipeline::Run::default();
    let policy = pipeline::load(&found.workspace, &mut again).ok_or_else(|| Stop::input("the policy has changed"))?;
    let options = options(&policy);
    match &arguments.live {
        Some(dump) => live(arguments, dump, (net, proven), &options, output),
        None => {
            let today = arguments.now.today().day(&options.zone);
            disk(arguments, &found, (net, proven), today, &options, output)
        }
    }
}

/// Every span of time counts, those that are over too.
fn options(policy: &Policy) -> diff::Options {
    diff::Options {
        limits: Limits::default(),
        from: 0,
        zone: policy.region.timezone.value.clone(),
        services: super::services(policy),
    }
}

/// Without a proof there is nothing to compare with.
fn unproved(outcome: &Outcome, format: Format, output: &Output) -> Result<Exit, Stop> {
    if format == Format::Json {
        let found = render_json(outcome.found(), &outcome.run().sources);
        let document = json!({
            "schema": "etanche.verify/1",
            "outcome": "unproved",
            "diagnostics": found["diagnostics"],
        });
        output.answer(&format!("{document:#}\n"))?;
        return Ok(outcome.exit());
    }
    let exit = report::tell_all(outcome, output)?;
    output.answer("nothing was verified: the workspace is not proved, so there is nothing to compare with\n")?;
    Ok(exit)
}

fn disk(
    arguments: &Arguments,
    found: &Found,
    (net, proven): (&Network, &Proven),
    today: Date,
    options: &diff::Options,
    output: &Output,
) -> Result<Exit, Stop> {
    let out = arguments.out.clone().unwrap_or_else(|| found.beside().join("out"));
    if let Some(only) = &arguments.only {
        known(net, only)?;
    }
    let standing = files::standing(&out).map_err(|stop| stop.help("`etanche compile` writes an output"))?;
    if !standing.files.contains_key(MANIFEST) {
        return Err(Stop::input(format!(
            "`{}` is no output of `etanche compile`: it has no {MANIFEST}",
            out.display()
        ))
        .help("name the folder that `compile -o` wrote"));
    }
    let files = isolation::expected(net, proven).map_err(|error| Stop::environment(error.to_string()))?;
    let facts = isolation::facts(net);
    let wanted = Wanted { files: &files, outputs: proven.outputs(), facts: &facts, only: arguments.only.as_deref() };
    let report = progress::during("verifying", || verify::disk(wanted, &standing, today, options));
    let exit = if report.is_same() { Exit::Proved } else { Exit::Refused };
    if arguments.format == Format::Json {
        output.answer(&format!("{:#}\n", verify::json_disk(&report)))?;
        return Ok(exit);
    }
    output.answer(&verify::human_disk(&report, output.colour()))?;
    let folder = words::folder(&out);
    let line = match report.is_same() {
        true => format!(
            "same: {} of {folder} are what this workspace gives, which is proved",
            count(report.looked_at, "file")
        ),
        false => format!("differs: {} of {} in {folder}", report.files.len(), count(report.looked_at, "file")),
    };
    output.closing(exit, &line)?;
    if !report.is_same() {
        help(&report, &folder, output);
    }
    Ok(exit)
}

/// The site of `--only`.
fn known(net: &Network, only: &str) -> Result<(), Stop> {
    let known = net.sites.iter().any(|site| site.name.as_str() == only);
    if known { Ok(()) } else { Err(super::unknown_site(net, only)) }
}

fn help(report: &verify::Disk, folder: &str, output: &Output) {
    let stale = report.files.iter().filter(|file| file.state.is_stale()).count();
    if stale > 0 {
        output.aside(&format!("`etanche diff {folder}` says what the workspace changes on the devices"));
    }
    if stale < report.files.len() {
        output.aside(
            "the policy is what one edits: `etanche compile` puts back what it gives, once what was added is gone",
        );
    }
}

fn live(
    arguments: &Arguments,
    dump: &Path,
    (net, proven): (&Network, &Proven),
    options: &diff::Options,
    output: &Output,
) -> Result<Exit, Stop> {
    let device = device(proven, arguments.device.as_deref().unwrap_or_default())?;
    let dump = read(dump)?;
    let facts = isolation::facts(net);
    let reference = Reference { device: &device.path, files: &device.files, facts: &facts };
    let report = progress::during("verifying", || verify::live(reference, &dump, &arguments.foreign, options));
    let report = report.ok_or_else(|| {
        Stop::input(format!("no dump of `{}` is known", device.path))
            .help("a gateway's ruleset and a switch's running configuration can be compared")
    })?;
    let exit = if report.is_same() { Exit::Proved } else { Exit::Refused };
    match arguments.format {
        Format::Json => output.answer(&format!("{:#}\n", verify::json_live(&report)))?,
        Format::Human => {
            output.answer(&verify::human_live(&report, output.colour()))?;
            output.closing(exit, &ended(&report))?;
            if matches!(report.meaning, Some(Meaning::Unread(_))) {
                output.aside("a dump is read whole or not at all: take it anew, without prompts, pages or options that change its words");
            }
        }
    }
    Ok(exit)
}

fn ended(report: &Live) -> String {
    let device = &report.device;
    if !report.is_same() {
        return format!("differs: {device} is not what the workspace gives");
    }
    let more = report.foreign.iter().filter(|foreign| matches!(foreign.touch, Touch::More(_))).count();
    match more {
        0 => format!("same: {device} does what the workspace gives, which is proved, as far as was compared"),
        more => format!(
            "same, but for {} that you named: our table on {device} does what the workspace gives",
            count(more, "table")
        ),
    }
}

fn device<'p>(proven: &'p Proven, name: &str) -> Result<&'p Device, Stop> {
    let name = name.trim_end_matches('/');
    let known = || proven.outputs().iter().map(|output| output.path.as_str());
    proven.outputs().iter().find(|output| output.path == name).ok_or_else(|| {
        let help = match etanche::diagnostics::nearest(name, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("devices are named as in the output, such as `{}`", known().next().unwrap_or_default()),
        };
        Stop::input(format!("there is no device `{name}`")).help(help)
    })
}

fn read(dump: &Path) -> Result<Dump, Stop> {
    if dump != Path::new("-") {
        return Ok(Dump { name: dump.display().to_string(), text: files::text(dump)? });
    }
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| Stop::environment(format!("cannot read standard input: {error}")))?;
    Ok(Dump { name: "standard input".to_owned(), text })
}
