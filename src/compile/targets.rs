//! Targets and models that the policy names: each must be one that some descriptor describes, of the right kind.

use super::Models;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Code, Diagnostic, Sink, nearest};
use crate::network::{Name, Network, Role, Switch};

/// Tells each target of a gateway or a proxy that is none, or none for such a device. A proxy on a gateway is written by
/// the gateway's target; its own must be one all the same.
pub(super) fn check(net: &Network, models: &dyn Models, sink: &mut Sink) {
    for site in &net.sites {
        is_target(&site.gateway.target, Role::Gateway, models, sink);
        if let Some(pac) = &site.pac {
            is_target(&pac.target, Role::Pac, models, sink);
        }
    }
    for (index, proxy) in net.proxies.iter().enumerate() {
        is_target(&proxy.target, Role::Proxy(index), models, sink);
    }
}

/// Number of ports of a switch; None when its target or its model is none, which is told.
pub(super) fn ports(switch: &Switch, role: Role, models: &dyn Models, sink: &mut Sink) -> Option<u16> {
    if !is_target(&switch.target, role, models, sink) {
        return None;
    }
    let (target, model) = (&switch.target.value, &switch.model);
    let ports = models.ports(target, &model.value);
    if ports.is_none() {
        let says = format!("target `{target}` knows no model `{}`", model.value);
        let known = models.models(target);
        sink.push(unknown(&codes::MODEL_UNKNOWN, model, says, &known, "its models are"));
    }
    ports
}

fn is_target(target: &At<Name>, role: Role, models: &dyn Models, sink: &mut Sink) -> bool {
    let known = models.targets(role);
    if known.contains(&target.value.as_str()) {
        return true;
    }
    let what = match role {
        Role::Gateway => "gateway",
        Role::Proxy(_) => "proxy",
        Role::Switch(_) => "switch",
        Role::Pac => "set of browser settings",
    };
    let says = format!("there is no target `{}` for a {what}", target.value);
    let listing = format!("targets of a {what} are");
    sink.push(unknown(&codes::TARGET_UNKNOWN, target, says, &known, &listing));
    false
}

/// The finding for a word that is not among those known, with the nearest of them, or all.
fn unknown(code: &'static Code, word: &At<Name>, says: String, known: &[&str], listing: &str) -> Diagnostic {
    let found = Diagnostic::new(code, word.span, says);
    match nearest(word.value.as_str(), known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => found.help("no descriptor describes one: write `targets/NAME.yaml`"),
        None => {
            let words: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
            found.help(format!("{listing} {}; a descriptor `targets/NAME.yaml` adds others", words.join(", ")))
        }
    }
}
