//! Names to ends: `0000001B.pedago`, `csm.pupils`, `0000001B.gateway`, `internet`; a bare name where only one site has it;
//! the address of a host, or one outside.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::nearby;
use crate::diagnostics::nearest;
use crate::network::{self, End, HostId, Network, ProcessId, SiteId};

/// Names that are listed at most when none is near.
const MOST_LISTED: usize = 6;

/// A name that means nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// One lowercase phrase.
    pub message: String,
    /// A way out.
    pub help: String,
}

/// The end that a name stands for. A bare name is looked for at the site of the `other` end first.
///
/// # Errors
/// When no site has the name, or several have it.
pub fn subject(net: &Network, name: &str, other: Option<&str>) -> Result<End, Unknown> {
    let all = ends(net);
    // In flows, a process of the gateway is `gateway.<process>`; its name within the site is the last part.
    let plain = name.replacen("gateway.", "", usize::from(name.contains("gateway.")));
    let name = if all.contains_key(name) { name } else { plain.as_str() };
    if let Some(end) = all.get(name) {
        return Ok(end.clone());
    }
    if let Ok(address) = name.parse::<IpAddr>() {
        return nearby::address(net, address);
    }
    if let Some(told) = nearby::place(net, name) {
        return Err(told);
    }
    if let Some((site, _)) = name.split_once('.') {
        return Err(unknown_at(net, site, name, &all));
    }
    let site = other.filter(|o| o.parse::<IpAddr>().is_err()).and_then(|o| o.split_once('.')).map(|(site, _)| site);
    if let Some(end) = site.and_then(|site| all.get(&format!("{site}.{name}"))) {
        return Ok(end.clone());
    }
    let same = |label: &&String| label.split_once('.').is_some_and(|(_, bare)| bare == name);
    let found: Vec<&String> = all.keys().filter(same).collect();
    match found.as_slice() {
        [] => {
            Err(unknown(name, all.keys().map(|label| label.split_once('.').map_or(label.as_str(), |(_, bare)| bare))))
        }
        [one] => Ok(all[*one].clone()),
        several => Err(Unknown {
            message: format!("{} sites have `{name}`", several.len()),
            help: format!("say which one: {}", listed(several.iter().map(|s| s.as_str()))),
        }),
    }
}

/// Why a site is not there: nobody describes it, or it is not managed.
pub fn no_site(net: &Network, site: &str) -> Unknown {
    if net.unmanaged.iter().any(|school| school.name.as_str() == site) {
        let message = format!("`{site}` is not managed: nothing is compiled for it, and nothing proved of it");
        return Unknown { message, help: "its file says `managed: no`".to_owned() };
    }
    let help = match nearby::site_by_its_end(net, site) {
        Some(whole) => format!("did you mean `{whole}`?"),
        None => did_you_mean(site, net.sites.iter().map(|s| s.name.as_str())),
    };
    Unknown { message: format!("there is no site `{site}`"), help }
}

/// A site that is not there, or a name that it does not have.
fn unknown_at(net: &Network, site: &str, name: &str, all: &BTreeMap<String, End>) -> Unknown {
    if net.sites.iter().all(|s| s.name.as_str() != site) {
        return no_site(net, site);
    }
    let here = format!("{site}.");
    unknown(name, all.keys().map(String::as_str).filter(|label| label.starts_with(&here)))
}

fn unknown<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Unknown {
    Unknown { message: format!("there is no zone, host or process `{name}`"), help: did_you_mean(name, known) }
}

/// Every end by its whole name.
fn ends(net: &Network) -> BTreeMap<String, End> {
    let zones = net.zone_ids().map(|(id, _)| End::Zone(id));
    let hosts = (0u32..).map(HostId).zip(&net.hosts).map(|(id, _)| End::Host(id));
    let processes = (0u32..).map(ProcessId).zip(&net.processes).map(|(id, _)| End::Process(id));
    let own = net.site_ids().flat_map(|(id, _): (SiteId, _)| [End::Gateway(id), End::Supervision(id)]);
    let all = zones.chain(hosts).chain(processes).chain(own).chain([End::Internet(Vec::new())]);
    all.map(|end| (network::label(net, &end), end)).collect()
}

/// The known name that a word was probably meant to be; else the first of them.
pub fn did_you_mean<'n>(word: &str, known: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = known.collect();
    names.sort_unstable();
    names.dedup();
    match nearest(word, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are {}", listed(names.into_iter())),
    }
}

/// The first names, with how many are left out.
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let all: Vec<&str> = names.collect();
    let list: Vec<String> = all.iter().take(MOST_LISTED).map(|name| format!("`{name}`")).collect();
    match all.len().saturating_sub(MOST_LISTED) {
        0 => list.join(", "),
        more => format!("{} and {more} more", list.join(", ")),
    }
}
