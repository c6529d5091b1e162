//! Tunnels: exactly those intended, each with its one peer, its selectors, and what protects them.
//!
//! Names of connections and children decide about no packet and are not compared.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use super::differences::Differences;
use crate::config::Tunnel;
use crate::config::tunnel::{Auth, Child};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Code, Sink, Sources, Span};
use crate::intent::TunnelIntent;
use crate::isolation::ReadDevice;
use crate::network::Network;

/// A day: keys are renewed no later (ANSSI IPsec R13).
const LONGEST: u32 = 86_400;
/// A tenth more: keys that nobody renewed are given up no later.
const LAST: u64 = 95_040;

/// Every difference between the tunnels of a gateway and those that must end there.
pub(in crate::isolation) fn tunnel(
    net: &Network,
    device: &ReadDevice,
    intent: &[TunnelIntent],
    sources: &Sources,
    sink: &mut Sink,
) {
    let mut told = Differences::new(net, device, sources, sink);
    let mut taken: BTreeSet<IpAddr> = BTreeSet::new();
    for read in &device.bundle.tunnels {
        let span = told.at(read.at);
        let wanted = intent.iter().find(|w| Some(w.peer_address) == read.remote);
        match wanted {
            Some(wanted) if taken.insert(wanted.peer_address) => compare(&mut told, read, wanted),
            Some(wanted) => {
                let message = format!("`{}` is a second tunnel to {}", read.name, wanted.peer);
                told.tell(&codes::TUNNEL_DIFFERS, span, message);
            }
            None => {
                let peer = read.remote.map_or("anybody".to_owned(), |a| a.to_string());
                let message = format!("`{}` is a tunnel to {peer}, which the policy does not have", read.name);
                told.tell(&codes::TUNNEL_DIFFERS, span, message);
            }
        }
    }
    for wanted in intent.iter().filter(|w| !taken.contains(&w.peer_address)) {
        let span = told.line("swanctl.conf", "connections");
        let message = format!("no tunnel to {} ({})", wanted.peer, wanted.peer_address);
        let policy = told.origin(wanted.origin);
        told.tell_beside(&codes::TUNNEL_DIFFERS, span, message, policy);
    }
}

/// A problem at a place.
type Problem = (&'static Code, Span, String);

fn compare(told: &mut Differences<'_>, read: &Tunnel, wanted: &TunnelIntent) {
    let policy = told.origin(wanted.origin);
    let span = told.at(read.at);
    let mut problems: Vec<Problem> = Vec::new();
    let of =
        |code: &'static Code, says: Vec<String>| says.into_iter().map(move |s| (code, span, s)).collect::<Vec<_>>();
    problems.extend(of(&codes::TUNNEL_DIFFERS, connection(read, wanted)));
    problems.extend(of(&codes::PEER_DIFFERS, peers(read, wanted)));
    for child in &read.children {
        let at = told.at(child.at);
        problems.extend(protection(child, wanted).into_iter().map(|says| (&codes::TUNNEL_DIFFERS, at, says)));
    }
    problems.extend(selectors(told, read, wanted));
    for (code, span, says) in problems {
        told.tell_beside(code, span, format!("tunnel `{}` {says}", read.name), policy);
    }
}

/// IKE itself.
fn connection(read: &Tunnel, wanted: &TunnelIntent) -> Vec<String> {
    let mut problems = Vec::new();
    if read.version != 2 {
        problems.push("speaks another version of IKE than 2".to_owned());
    }
    if read.local != wanted.own_address {
        problems.push(format!("stands on {}, not on {}", read.local, wanted.own_address));
    }
    problems.extend(proposals("IKE", &read.proposals, &wanted.ike));
    if read.mobike {
        problems.push("lets its peer move to another address (mobike)".to_owned());
    }
    if read.dpd_seconds == 0 {
        problems.push("never asks whether its peer is alive".to_owned());
    }
    problems.extend(given_up("its IKE keys", read.life_seconds));
    if !["replace", "keep"].contains(&read.unique.as_str()) {
        problems.push(format!("lets several peers have one identity at once (unique = {})", read.unique));
    }
    problems.extend(numbers(read, wanted));
    problems
}

/// Route-based ones carry one number in both directions; whose it is, the links say.
fn numbers(read: &Tunnel, wanted: &TunnelIntent) -> Option<String> {
    let numbers = (read.if_id_in.filter(|n| *n != 0), read.if_id_out.filter(|n| *n != 0));
    match (&wanted.interface, numbers) {
        (Some(_), (Some(a), Some(b))) if a == b => None,
        (Some(name), _) => Some(format!("is not bound to its interface `{name}` in both directions")),
        (None, (None, None)) => None,
        (None, _) => Some("is bound to an interface, and the policy has none for it".to_owned()),
    }
}

/// Exactly the proposals that the policy names; where it names none, any that are written.
fn proposals(what: &str, read: &[String], wanted: &[String]) -> Option<String> {
    let is_left_open = read.is_empty() || read.iter().any(|p| p == "default");
    match wanted {
        [] if is_left_open => Some(format!("leaves its {what} proposals to the daemon")),
        [] => None,
        wanted if read == wanted => None,
        wanted => Some(format!("proposes `{}` for {what}, not `{}`", read.join(","), wanted.join(","))),
    }
}

/// Who proves what to whom, both by certificate.
fn peers(read: &Tunnel, wanted: &TunnelIntent) -> Vec<String> {
    let mut problems = Vec::new();
    let sides =
        [("itself", &read.local_auth, &wanted.own_identity), ("its peer", &read.remote_auth, &wanted.peer_identity)];
    for (who, auth, identity) in sides {
        problems.extend(proof(who, auth, identity));
    }
    if read.local_auth.certs != [wanted.own_certificate.clone()] {
        let certs = read.local_auth.certs.join(",");
        problems.push(format!("proves itself by the certificate `{certs}`, not by `{}`", wanted.own_certificate));
    }
    let authorities = &read.remote_auth.cacerts;
    if *authorities != [wanted.authority.clone()] {
        let says =
            if authorities.is_empty() { "any authority".to_owned() } else { format!("`{}`", authorities.join(",")) };
        problems.push(format!("believes {says} about its peer, not `{}` alone", wanted.authority));
    }
    if let Some(pinned) = read.remote_auth.certs.first() {
        problems.push(format!("accepts the certificate `{pinned}` alone, which the policy does not name"));
    }
    problems
}

fn proof(who: &str, auth: &Auth, identity: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if !auth.certificate {
        problems.push(format!("does not prove {who} by certificate"));
    }
    match auth.id.as_deref() {
        Some(id) if id == identity && !id.contains(['*', '%']) => {}
        Some(id) => problems.push(format!("names {who} `{id}`, not `{identity}`")),
        None => problems.push(format!("names {who} anybody, not `{identity}`")),
    }
    problems
}

/// What protects the packets of a child, and what happens when it is gone: it waits, and nothing goes in clear.
fn protection(child: &Child, wanted: &TunnelIntent) -> Vec<String> {
    let mut problems = Vec::new();
    if child.mode != "tunnel" {
        problems.push(format!("has mode `{}`", child.mode));
    }
    if !child.ah.is_empty() {
        problems.push("uses AH, which hides nothing".to_owned());
    }
    problems.extend(proposals("ESP", &child.esp, &wanted.esp));
    let actions = [
        ("at the start", &child.start_action),
        ("when its peer is gone", &child.dpd_action),
        ("when its peer closes it", &child.close_action),
    ];
    for (when, action) in actions {
        if action != "trap" {
            problems.push(format!("does `{action}` {when}, not `trap`"));
        }
    }
    if child.rekey_seconds == 0 || child.rekey_seconds > LONGEST {
        problems.push(format!("keeps its keys {} s: more than 0 and at most a day", child.rekey_seconds));
    }
    problems.extend(given_up("its keys", child.life_seconds));
    problems.into_iter().map(|says| format!("child `{}` {says}", child.name)).collect()
}

/// Keys end, whatever the peer does.
fn given_up(what: &str, seconds: u64) -> Option<String> {
    match seconds {
        0 => Some(format!("may keep {what} for ever when its peer does not renew them")),
        1..=LAST => None,
        _ => Some(format!("may keep {what} {seconds} s when its peer does not renew them, more than {LAST}")),
    }
}

/// Exactly the intended pairs of prefixes: one a child, each once.
fn selectors(told: &Differences<'_>, read: &Tunnel, wanted: &TunnelIntent) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut seen: BTreeSet<(IpNet, IpNet)> = BTreeSet::new();
    for child in &read.children {
        let says = match (child.local.as_slice(), child.remote.as_slice()) {
            ([local], [remote]) => pair(&mut seen, (*local, *remote), &wanted.selectors),
            _ => Some("has more than one prefix on a side: it carries every pair of them".to_owned()),
        };
        let says = says.map(|s| format!("child `{}` {s}", child.name));
        problems.extend(says.map(|s| (&codes::SELECTOR_DIFFERS, told.at(child.at), s)));
    }
    if let Some((local, remote)) = wanted.selectors.difference(&seen).next() {
        problems.push((&codes::SELECTOR_DIFFERS, told.at(read.at), format!("does not carry {local} to {remote}")));
    }
    problems
}

fn pair(
    seen: &mut BTreeSet<(IpNet, IpNet)>,
    read: (IpNet, IpNet),
    wanted: &BTreeSet<(IpNet, IpNet)>,
) -> Option<String> {
    let (local, remote) = read;
    if !seen.insert(read) {
        return Some(format!("carries {local} to {remote} a second time"));
    }
    if wanted.contains(&read) {
        return None;
    }
    let narrower = wanted.iter().find(|(l, r)| local.contains(l) && remote.contains(r));
    Some(match narrower {
        Some((l, r)) => format!("is too wide: it carries {local} to {remote}, and should carry {l} to {r}"),
        None => format!("carries {local} to {remote}, which no flow needs"),
    })
}

#[cfg(test)]
mod tests;
