//! `etanche explain`: hop by hop, why one can open a connection to another, or why not.

use std::path::PathBuf;

use clap::Args;
use etanche::diagnostics::{Severity, Sink};
use etanche::explain::{self, Answer, Question, Services, Unknown};
use etanche::isolation;
use etanche::network::{self, End, Network};
use etanche::packets::Limits;
use etanche::pipeline::{self, Run};

use super::exit::{Exit, Stop};
use super::output::Output;
use super::permit::Asked;
use super::report::{self, Outcome};
use super::words::count;
use super::{check, day, files, progress, url};

/// Show, hop by hop, why one can open a connection to another, or why not.
///
/// The answer comes from the files as `compile` would write them, read back: the route, the rule with its line, the line
/// of the policy it comes from, translation, the tunnel; then the way back of the answer. It is exact: `open
/// on` lists everything that gets through; of a gateway's own packets, one is tried. Of a pair that is closed and that no
/// line asks for, the line that would permit it is told, and tried in a copy: what then refuses it, or that all is proved.
#[derive(Debug, Args)]
#[command(
    after_long_help = "FROM and TO are zones, hosts, proxies, `gateway`, `supervision` or `internet`, or the address of
a host or of a machine outside. A name stands alone where one site has it, or when the other end
is at the same site.

Examples:
  etanche explain 0000001B.pedago csm.pupils proxy
  etanche explain 0000001B.pedago admin
  etanche explain csm.probes 0000002C.supervision icmp/echo
  etanche explain --packet 'tcp 10.128.0.10:49152 > 10.128.6.20:443'
  etanche explain --packet 'udp [2001:db8:1:20::a]:49152 > [2001:db8:0:132::a]:53'
  etanche explain 0000001B.pedago internet --url https://exemple-ent.example/"
)]
pub(crate) struct Arguments {
    /// Who opens: `0000001B.pedago`; beside a packet, who sends it, where several have its source
    #[arg(required_unless_present = "packet")]
    from: Option<String>,
    /// To whom: `csm.pupils`
    #[arg(required_unless_present = "packet")]
    to: Option<String>,
    /// On what: a service of the policy, `tcp/443`, `icmp/echo`; without it, whatever is open
    service: Option<String>,
    /// Follow one packet, the first of a connection, from whoever has its source to whatever has its destination
    #[arg(long, value_name = "PACKET", conflicts_with_all = ["to", "service"])]
    packet: Option<String>,
    /// Which proxies FROM may ask for this URL, and the rule of each that decides; TO is `internet`
    #[arg(long, value_name = "URL", conflicts_with_all = ["service", "packet"])]
    url: Option<String>,
    #[command(flatten)]
    at: day::At,
    /// Directory of the policy files [default: `policies/`, here or in the nearest folder above]
    #[arg(short, long, value_name = "DIR")]
    pub(crate) workspace: Option<PathBuf>,
}

/// Explains a pair.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    let found = files::open(arguments.workspace.as_deref())?;
    let options = pipeline::Options { at: arguments.at.at, ..Default::default() };
    let outcome = check::prove(&found.workspace, options);
    let run = outcome.run();
    let Some(net) = run.network.as_ref().filter(|_| !run.texts().is_empty()) else {
        return report::tell_all(&outcome, output);
    };
    let policy = pipeline::load(&found.workspace, &mut Run::default());
    let known = policy.map(|p| super::services(&p)).unwrap_or_default();
    let question = question(arguments, &known, net, run.epoch)?;
    if let Some(url) = &arguments.url {
        output.answer(&progress::during("asking", || url::told(run, net, &question, url))?)?;
        return Ok(refused(&outcome, output));
    }
    let Some(answer) = progress::during("asking", || asked(run, net, &question))? else {
        return report::tell_all(&outcome, output);
    };
    output.answer(&explain::render(net, &answer))?;
    if answer.is_asked_by_nobody() && !question.is_for_nobody(net) && arguments.at.at.is_none() {
        let asked = Asked { workspace: &found.workspace, outcome: &outcome, net, question: &question, known: &known };
        output.answer(&asked.told())?;
    }
    Ok(refused(&outcome, output))
}

/// None when the texts cannot be read back: findings say why.
pub(crate) fn asked(run: &Run, net: &Network, question: &Question) -> Result<Option<Answer>, Stop> {
    let mut sources = run.sources.clone();
    let Some(devices) = isolation::read(run.texts(), &mut sources, &mut Sink::default()) else { return Ok(None) };
    let answer = explain::answer(net, &devices, &sources, run.decided(), question, Limits::default());
    answer.map(Some).map_err(|unclear| Stop {
        exit: Exit::Refused,
        message: format!("there is no answer: {unclear}"),
        help: None,
    })
}

fn question(arguments: &Arguments, known: &Services, net: &Network, epoch: Option<usize>) -> Result<Question, Stop> {
    if let Some(text) = &arguments.packet {
        let written = explain::written(text).map_err(unknown)?;
        let from = arguments.from.as_deref().map(|name| explain::subject(net, name, None)).transpose();
        return Question::of_packet(net, &written, from.map_err(unknown)?, epoch).map_err(unknown);
    }
    let (from, to) = (arguments.from.as_deref().unwrap_or_default(), arguments.to.as_deref().unwrap_or_default());
    let ends = (explain::subject(net, from, Some(to)), explain::subject(net, to, Some(from)));
    let (from, to) = (ends.0.map_err(unknown)?, ends.1.map_err(unknown)?);
    if from == to && !matches!(from, End::Zone(_)) {
        return Err(Stop::input(format!("`{}` is at both ends", network::label(net, &from))).help("name two"));
    }
    let service = match &arguments.service {
        Some(text) => Some((text.clone(), explain::service(text, known).map_err(unknown)?)),
        None => None,
    };
    Ok(Question { from, to, service, epoch, packet: None })
}

fn unknown(unknown: Unknown) -> Stop {
    Stop::input(unknown.message).help(unknown.help)
}

/// An answer about a workspace that is refused is true of its texts; nobody can write them.
fn refused(outcome: &Outcome, output: &Output) -> Exit {
    let exit = outcome.exit();
    if exit != Exit::Proved {
        let errors = count(outcome.how_many(Severity::Error), "error");
        output.aside(&format!("this workspace is refused ({errors}): see `etanche check`"));
    }
    exit
}
