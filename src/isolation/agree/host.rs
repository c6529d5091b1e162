//! The gateway as a host: interfaces, routes, settings, boot order, what is installed where, accounts.
//!
//! What the model of a host does not hold is not compared: the MTU of a link (a packet too large is lost, never sent
//! elsewhere) and texts for people.

mod boot;
mod installed;
mod links;
mod routes;
mod settings;

use super::differences::Differences;
use crate::config::HostFacts;
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Sink, Sources};
use crate::intent::HostIntent;
use crate::isolation::ReadDevice;
use crate::network::Network;

/// Every difference between a gateway as a host and what it must be.
pub(in crate::isolation) fn host(
    net: &Network,
    device: &ReadDevice,
    intent: &HostIntent,
    sources: &Sources,
    sink: &mut Sink,
) {
    let mut told = Differences::new(net, device, sources, sink);
    let Some(host) = &device.bundle.host else {
        let span = told.site().span;
        return told.tell(&codes::DIFFERS, span, format!("`{}` has no file that makes it a host", device.path));
    };
    links::links(&mut told, host, intent);
    routes::routes(&mut told, host, intent);
    settings::settings(&mut told, host, intent);
    boot::boot(&mut told, &host.boot, intent.forwards6);
    installed::installed(&mut told, &host.apply);
    accounts(&mut told, host, intent);
}

/// Each account has the number that the packet filter knows it by, and nobody else has one.
fn accounts(told: &mut Differences<'_>, host: &HostFacts, intent: &HostIntent) {
    for (account, uid) in &intent.accounts {
        let message = match host.accounts.get(account) {
            Some(read) if read == uid => continue,
            Some(read) => format!("account `{account}` has number {read}, and the policy says {uid}"),
            None => format!("no account `{account}` with number {uid}"),
        };
        let span = told.line("sysusers.conf", &format!("u {account} "));
        let declared = told.net.processes_of(told.device.site).find(|(_, p)| p.uid == *uid).map(|(_, p)| p.span);
        told.tell_beside(&codes::ACCOUNT_DIFFERS, span, message, declared);
    }
    for account in host.accounts.keys().filter(|a| !intent.accounts.contains_key(*a)) {
        let span = told.line("sysusers.conf", &format!("u {account} "));
        told.tell(&codes::ACCOUNT_DIFFERS, span, format!("account `{account}` is of no process of the policy"));
    }
}
