//! From what people wrote to the network they mean: profiles applied, names resolved, paths found.
//!
//! Takes a checked [`Policy`]; gives a [`Network`] or diagnostics. Knows addresses, VLANs, tunnels and paths;
//! must not know any vendor's text, packet set or theorem.

mod cabling;
mod due;
mod epochs;
mod flows;
mod lan;
mod lints;
mod listening;
mod meetings;
mod model;
mod old_tunnels;
mod origins;
mod pac;
mod paths;
mod plan;
mod published;
mod refusals;
mod scope;
mod security;
mod sites;
mod tunnels;
mod unlinked;
mod web;
mod withdrawals;
mod words;

use std::collections::BTreeMap;

pub use crate::policy::{Auth, L4, Name, VlanId};
pub use due::{Today, due};
pub use epochs::{epoch_of, spans};
pub use lints::{Accepted, LINTS, Lint, lint};
pub use model::*;
pub use plan::meet;
pub use words::written;

use crate::diagnostics::{Sink, Sources};
use crate::policy::Policy;

/// Builds the network of a policy. `sources` is only asked where lines stand, so that rules can cite them.
pub fn connect(policy: &Policy, sources: &Sources, sink: &mut Sink) -> Option<Network> {
    let mut net = connect_once(policy, sources, sink)?;
    if !policy.delegated.is_empty() {
        let undelegated = Policy { delegated: BTreeMap::new(), ..policy.clone() };
        let mut found = Sink::default();
        let Some(ceiling) = connect_once(&undelegated, sources, &mut found) else {
            sink.append(found);
            return None;
        };
        net.ceiling = Some(Box::new(ceiling));
        epochs::split(policy, &mut net);
    }
    Some(net)
}

fn connect_once(policy: &Policy, sources: &Sources, sink: &mut Sink) -> Option<Network> {
    let mut found = Sink::default();
    let mut net = sites::lay_out(policy, &mut found);
    if found.has_errors() {
        // A zone without addresses would be told again by everything that stands in it.
        sink.append(found);
        return None;
    }
    plan::check(policy, &net, &mut found);
    let scopes = scope::scopes(policy, &net);
    lan::wire(policy, &mut net, &mut found);
    cabling::check(&net, &mut found);
    security::resolve(policy, &scopes, &mut net);
    tunnels::open(policy, &mut net, &mut found);
    tunnels::keep_old(policy, sources, &mut net);
    flows::resolve(policy, sources, &scopes, &mut net, &mut found);
    published::check(&net, &mut found);
    epochs::split(policy, &mut net);
    tunnels::derive_pairs(&mut net);
    old_tunnels::check(policy, &net, &mut found);
    meetings::check(&net, &mut found);
    web::place_proxies(policy, &scopes, &mut net, &mut found);
    pac::resolve(policy, &scopes, &mut net, &mut found);
    let failed = found.has_errors();
    sink.append(found);
    (!failed).then_some(net)
}

/// Name of a zone's VLAN interface on its gateway.
pub fn zone_interface(lan: &str, vlan: VlanId) -> String {
    format!("{lan}.{}", vlan.get())
}

/// Name of the XFRM interface towards a peer site.
pub fn tunnel_interface(peer: &Name) -> String {
    format!("xf-{peer}")
}

/// Name of the account that a process of a gateway runs as.
pub fn account(process: &crate::policy::Name) -> String {
    format!("etanche-{process}")
}

/// An end as people know it: `0000001B.pedago`, `csm.pupils`, `internet`.
pub fn label(net: &Network, end: &End) -> String {
    match end {
        End::Zone(z) => net.zone_label(*z),
        End::Host(h) => format!("{}.{}", net.site(net.hosts[h.index()].site).name, net.hosts[h.index()].name),
        End::Process(p) => {
            format!("{}.{}", net.site(net.processes[p.index()].site).name, net.processes[p.index()].name)
        }
        End::Gateway(s) => format!("{}.gateway", net.site(*s).name),
        End::Supervision(s) => format!("{}.supervision", net.site(*s).name),
        End::Internet(nets) if nets.is_empty() => "internet".to_owned(),
        End::Internet(nets) => {
            format!("internet ({})", nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
    }
}
