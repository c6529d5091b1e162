//! `etanche graph`: a picture of a site or of the region, in DOT.

use std::path::PathBuf;

use clap::Args;
use etanche::graph;
use etanche::network;
use etanche::pipeline::{self, Run};

use super::exit::{Exit, Stop};
use super::files;
use super::output::Output;
use super::report::{self, Outcome};

/// Print a picture of a site, or of the region, in DOT (Graphviz).
///
/// A site shows its zones by class, its gateway, switches and cables with their VLANs, its tunnels, and every flow of the
/// policy that begins or ends there. Without a site: all sites and the tunnels between them.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  etanche graph 0000001B | dot -Tsvg > 0000001B.svg
  etanche graph | dot -Tpng > region.png")]
pub(crate) struct Arguments {
    /// A UAI code, or a site of the centre; all sites without it
    site: Option<String>,
    /// Directory of the policy files [default: `policies/`, here or in the nearest folder above]
    #[arg(short, long, value_name = "DIR")]
    workspace: Option<PathBuf>,
}

/// Prints a picture.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    let found = files::open(arguments.workspace.as_deref())?;
    let mut run = Run::default();
    let policy = pipeline::load(&found.workspace, &mut run);
    let net = policy.as_ref().and_then(|policy| network::connect(policy, &run.sources, &mut run.sink));
    let (Some(policy), Some(net)) = (policy, net) else {
        return report::tell_all(&Outcome::of(run, std::time::Duration::ZERO), output);
    };
    let text = match &arguments.site {
        None => graph::region(&net),
        Some(name) => {
            let site = net.site_ids().find(|(_, s)| s.name.as_str() == name).map(|(id, _)| id);
            let site = site.ok_or_else(|| super::unknown_site(&net, name))?;
            graph::site(&net, site, &super::services(&policy))
        }
    };
    output.answer(&text)?;
    Ok(Exit::Proved)
}
