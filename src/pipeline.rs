//! The pipeline, as a table of contents: load, connect, compile, render, prove (which reads back), write.
//!
//! Takes a [`Workspace`] of texts; gives what a command asks for. Reads no file and prints nothing: `cli` does both.

mod touched;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::compile::{self, Device, Models};
use crate::diagnostics::codes::render as codes;
use crate::diagnostics::{Diagnostic, Sink, Sources};
use crate::isolation::{self, Claim, Held, Method, Output, Proven, Refusal, Verdict};
use crate::network::{self, Accepted, Name, Network, Role, Today};
use crate::policy::{self, Policy};
use crate::render::{self, Capability, Kind, RenderError, Targets, Templates};

pub use touched::{Said, Touched, touched};

/// All texts a run depends on; nothing else is an input.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// Part of the paths that leads to the policy: `policies`.
    pub root: String,
    /// Policy files by path.
    pub policy: Vec<(String, String)>,
    /// `templates/…` and `targets/…` of the user, which override those in the binary.
    pub overrides: BTreeMap<String, String>,
}

/// A change to rendered texts before they are read back: nothing outside tests makes one.
pub type Tamper<'t> = &'t dyn Fn(&mut Vec<Output>);

/// Everything a run found out, and the texts it found it in.
#[derive(Debug, Default)]
pub struct Run {
    /// Every text that findings may point into.
    pub sources: Sources,
    /// Every finding.
    pub sink: Sink,
    /// The network, once the policy has one.
    pub network: Option<Network>,
    /// What rules found, and the policy accepts with a reason.
    pub accepted: Vec<Accepted>,
    /// The proof, when everything was proved.
    pub proven: Option<Proven>,
    /// The epoch that was asked for, when one was.
    pub epoch: Option<usize>,
    /// What holds in it.
    pub held: Option<Held>,
    /// The texts of a run that was refused.
    pub refused: Vec<Output>,
    /// Claims of a run that was refused, as far as they were decided.
    pub claims: BTreeMap<Claim, Verdict>,
}

/// Options of a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How the proof is made.
    pub method: Method,
    /// The day of the run, for what is told of dated permits alone; without it nothing is told of them.
    pub today: Option<Today>,
    /// The day whose epoch is judged, alone; without it all of them are, and only then can anything be written.
    pub at: Option<Date>,
}

/// Load, connect, compile, render, prove; the caller writes what is proved.
pub fn run(workspace: &Workspace, options: Options) -> Run {
    run_with(workspace, options, &|_| {})
}

/// The same with texts tampered with before they are read back.
pub fn run_with(workspace: &Workspace, options: Options, tamper: Tamper) -> Run {
    let mut run = Run::default();
    let Some(policy) = load(workspace, &mut run) else { return run };
    let Some(net) = network::connect(&policy, &run.sources, &mut run.sink) else { return run };
    advise(&policy, &net, options, &mut run);
    let outputs = outputs(workspace, &net, &Touched::All, &mut run);
    if let Some(mut outputs) = outputs {
        tamper(&mut outputs);
        run.epoch = options.at.map(|day| network::epoch_of(&policy, &net, day));
        run.judge(outputs, &net, options.method);
    }
    run.network = Some(net);
    run
}

/// The policy and the network that it makes: nothing is compiled.
pub fn connected(workspace: &Workspace, run: &mut Run) -> Option<(Policy, Network)> {
    let policy = load(workspace, run)?;
    let net = network::connect(&policy, &run.sources, &mut run.sink)?;
    Some((policy, net))
}

/// The texts of the devices of some sites, as they would be written if they were proved: nothing is read back, and nothing
/// is said.
pub fn drafts(workspace: &Workspace, net: &Network, sites: &Touched, run: &mut Run) -> Option<Vec<Output>> {
    outputs(workspace, net, sites, run)
}

/// What no theorem decides: rules of good practice, and dated permits against the day of the run.
fn advise(policy: &Policy, net: &Network, options: Options, run: &mut Run) {
    run.accepted = network::lint(policy, net, &mut run.sink);
    if let Some(today) = options.today {
        network::due(policy, net, today, &mut run.sink);
    }
}

/// The policy alone.
pub fn load(workspace: &Workspace, run: &mut Run) -> Option<Policy> {
    policy::load(workspace.policy.clone(), &workspace.root, &mut run.sources, &mut run.sink)
}

/// Compile and render: the texts of every device of some sites.
fn outputs(workspace: &Workspace, net: &Network, sites: &Touched, run: &mut Run) -> Option<Vec<Output>> {
    let loaded = Targets::load(&workspace.overrides).and_then(|t| Ok((t, Templates::load(&workspace.overrides)?)));
    let (targets, templates) = match loaded {
        Ok(both) => both,
        Err(error) => {
            run.sink.push(cannot_render(&error, net.sites.first()?.gateway.target.span));
            return None;
        }
    };
    let devices =
        compile::compile(net, &|site| sites.holds(net.site(site).name.as_str()), &Known(&targets), &mut run.sink);
    if run.sink.has_errors() {
        return None;
    }
    let one = |device: &Device| render_device(device, &targets, &templates);
    let rendered: Vec<Result<Output, RenderError>> = devices.par_iter().map(one).collect();
    let mut outputs = Vec::new();
    for (device, rendered) in devices.iter().zip(rendered) {
        match rendered {
            Ok(output) => outputs.push(output),
            Err(error) => run.sink.push(cannot_render(&error, device.target.span)),
        }
    }
    (outputs.len() == devices.len()).then_some(outputs)
}

fn render_device(device: &Device, targets: &Targets, templates: &Templates) -> Result<Output, RenderError> {
    let name = device.target.value.as_str();
    let target = targets.get(name).ok_or_else(|| RenderError::unknown_target(name))?;
    let files = render::device(&device.bundle, target, templates)?;
    Ok(Output { path: device.path.clone(), site: device.site, role: device.role, target: name.to_owned(), files })
}

fn cannot_render(error: &RenderError, span: crate::diagnostics::Span) -> Diagnostic {
    Diagnostic::new(&codes::CANNOT_RENDER, span, error.to_string())
        .help("nothing is written; see the target's descriptor and templates")
}

/// Models of the targets' descriptors.
struct Known<'t>(&'t Targets);

impl Models for Known<'_> {
    fn targets(&self, role: Role) -> Vec<&str> {
        let kind = match role {
            Role::Gateway => Kind::Gateway,
            Role::Proxy(_) => Kind::Proxy,
            Role::Switch(_) => Kind::Switch,
            Role::Pac => Kind::Pac,
        };
        self.0.iter().filter(|target| target.kind == kind).map(|target| target.name.as_str()).collect()
    }

    fn models(&self, target: &Name) -> Vec<&str> {
        self.0.get(target.as_str()).map(|t| t.models.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    fn ports(&self, target: &Name, model: &Name) -> Option<u16> {
        self.0.get(target.as_str())?.model(model.as_str()).map(|m| m.ports)
    }

    fn limits_stations(&self, target: &Name) -> bool {
        self.0.get(target.as_str()).is_some_and(|t| t.has(Capability::StationLimit))
    }
}

impl Run {
    /// The proof of every epoch, or the judgement of one.
    fn judge(&mut self, outputs: Vec<Output>, net: &Network, method: Method) {
        let judged = match self.epoch {
            None => isolation::prove(outputs, net, &mut self.sources, method).map(|p| self.proven = Some(p)),
            Some(epoch) => {
                isolation::prove_epoch(outputs, net, &mut self.sources, method, epoch).map(|h| self.held = Some(h))
            }
        };
        if let Err(refusal) = judged {
            self.refuse(*refusal);
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.sink.append(refusal.found);
        self.claims = refusal.claims;
        self.refused = refusal.outputs;
    }

    /// The texts that were read back, proved or refused.
    pub fn texts(&self) -> &[Output] {
        let held = self.held.as_ref().map_or(&self.refused, |h| &h.outputs);
        self.proven.as_ref().map_or(held, Proven::outputs)
    }

    /// Claims and how they ended, of a run that was proved or refused.
    pub fn decided(&self) -> &BTreeMap<Claim, Verdict> {
        let held = self.held.as_ref().map_or(&self.claims, |h| &h.claims);
        self.proven.as_ref().map_or(held, Proven::claims)
    }
}
