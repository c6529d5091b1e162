//! Whose a packet is: the ends that its two addresses stand for, each as the other one meets it.

use std::net::IpAddr;

use super::answer::Question;
use super::ends;
use super::nearby;
use super::route::address;
use super::service;
use super::subject::{Unknown, listed};
use super::written::Written;
use crate::network::{self, End, HostId, L4, Network, SiteId};
use crate::packets::Field;

impl Question {
    /// The question that one packet asks: from whoever has its source, to whatever has its destination. Where several have
    /// its source, the sender is named.
    ///
    /// # Errors
    /// When nobody can send it, or several can, or the one that is named cannot.
    pub fn of_packet(
        net: &Network,
        written: &Written,
        named: Option<End>,
        epoch: Option<usize>,
    ) -> Result<Self, Unknown> {
        let from = match named {
            Some(end) => named_sender(net, written.src, &end)?,
            None => sender(net, written.src, &sites_with(net, written.dst).collect::<Vec<_>>())?,
        };
        let to = receiver(net, &from, written)?;
        if let (End::Internet(_), End::Internet(_)) = (&from, &to) {
            return Err(match is_nobodys(net, written.dst) {
                true => nearby::of_no_zone(net, written.dst),
                false => Unknown {
                    message: format!("`{}` and `{}` are both outside", written.src, written.dst),
                    help: "no gateway of the region sees such a packet".to_owned(),
                },
            });
        }
        let service = Some((service::word(written.l4), vec![written.l4]));
        Ok(Self { from, to, service, epoch, packet: Some(written.packet()) })
    }
}

impl Question {
    /// It is about a packet to an address of the region that no machine has.
    pub fn is_for_nobody(&self, net: &Network) -> bool {
        matches!(self.to, End::Internet(_)) && self.packet.is_some_and(|p| is_nobodys(net, address(&p, Field::Dst)))
    }
}

/// An address of the region that no machine has.
pub(super) fn is_nobodys(net: &Network, address: IpAddr) -> bool {
    net.region.known().any(|ours| ours.contains(&address))
}

fn sites_with(net: &Network, address: IpAddr) -> impl Iterator<Item = SiteId> {
    net.site_ids().map(|(site, _)| site).filter(move |site| at_site(net, *site, address).is_some())
}

/// What has an address at one site: its gateway, a machine with a name, any machine of a zone.
fn at_site(net: &Network, site: SiteId, address: IpAddr) -> Option<End> {
    let zones = || net.site(site).zones.iter().copied();
    let is_own = |zone| [false, true].iter().any(|v6| ends::own(net, zone, *v6) == Some(address));
    if zones().any(is_own) {
        return Some(End::Gateway(site));
    }
    let mut hosts = net.hosts.at(site).filter(|(_, host)| host.addresses.contains(&address));
    let host = hosts.next().map(|(id, _)| End::Host(HostId(id)));
    host.or_else(|| zones().find(|z| net.zone(*z).nets().iter().any(|n| n.contains(&address))).map(End::Zone))
}

/// Who has an address inside; where it repeats from site to site, who has it at one of those that are preferred.
fn inside(net: &Network, address: IpAddr, preferred: &[SiteId]) -> Result<Option<End>, Unknown> {
    let sites: Vec<SiteId> = sites_with(net, address).collect();
    let near: Vec<SiteId> = sites.iter().copied().filter(|site| preferred.contains(site)).collect();
    match (sites.as_slice(), near.as_slice()) {
        ([], _) => Ok(None),
        ([one], _) | (_, [one]) => Ok(at_site(net, *one, address)),
        _ => {
            let labels =
                sites.iter().filter_map(|site| at_site(net, *site, address)).map(|end| network::label(net, &end));
            let labels: Vec<String> = labels.collect();
            Err(Unknown {
                message: format!("`{address}` stands at {} sites, each behind its own exit", sites.len()),
                help: format!(
                    "name the one that sends it before `--packet`: {}",
                    listed(labels.iter().map(String::as_str))
                ),
            })
        }
    }
}

/// The end that was named, when the source of the packet is one of its addresses.
fn named_sender(net: &Network, address: IpAddr, end: &End) -> Result<End, Unknown> {
    let has = match end {
        End::Zone(zone) => net.zone(*zone).nets().iter().any(|range| range.contains(&address)),
        End::Host(host) => net.hosts[host.index()].addresses.contains(&address),
        End::Process(process) => address == net.processes[process.index()].exit,
        End::Gateway(site) | End::Supervision(site) => at_site(net, *site, address) == Some(End::Gateway(*site)),
        End::Internet(_) => !is_nobodys(net, address),
    };
    let usual = ends::address(net, end, ends::Side::From, address.is_ipv6());
    let has_none = || "it has no address of this family".to_owned();
    has.then(|| end.clone()).ok_or_else(|| Unknown {
        message: format!("`{}` does not have `{address}`", network::label(net, end)),
        help: usual.map_or_else(has_none, |usual| format!("write one of its addresses, such as `{usual}`")),
    })
}

fn sender(net: &Network, address: IpAddr, goes_to: &[SiteId]) -> Result<End, Unknown> {
    if let Some(end) = inside(net, address, goes_to)? {
        return Ok(end);
    }
    let leaves_by = |end: &End| matches!(end, End::Process(p) if address == net.processes[p.index()].exit);
    let processes: Vec<End> =
        net.site_ids().flat_map(|(site, _)| net.processes_of(site)).map(|(id, _)| End::Process(id)).collect();
    let processes: Vec<End> = processes.into_iter().filter(leaves_by).collect();
    if let [one] = processes.as_slice() {
        return Ok(one.clone());
    }
    if !processes.is_empty() {
        let labels: Vec<String> = processes.iter().map(|end| network::label(net, end)).collect();
        return Err(Unknown {
            message: format!("`{address}` is the address of {} processes", labels.len()),
            help: format!(
                "name the one that sends it before `--packet`: {}",
                listed(labels.iter().map(String::as_str))
            ),
        });
    }
    let mut sites = net.site_ids();
    if let Some((site, _)) = sites.find(|(_, site)| address == IpAddr::V4(site.gateway.public.value)) {
        return Ok(End::Gateway(site));
    }
    if let Some((_, site)) = net.site_ids().find(|(_, site)| site.gateway.publics().any(|public| address == public)) {
        return Err(Unknown {
            message: format!("`{address}` is an address that machines of `{}` leave by: none has it", site.name),
            help: "write the machine's own address: its gateway translates it".to_owned(),
        });
    }
    if is_nobodys(net, address) {
        Err(nearby::of_no_zone(net, address))
    } else {
        Ok(End::Internet(vec![address.into()]))
    }
}

fn receiver(net: &Network, from: &End, written: &Written) -> Result<End, Unknown> {
    let address = written.dst;
    if let Some(end) = met(net, from, written) {
        return Ok(end);
    }
    let here = ends::site(net, from);
    match inside(net, address, here.as_slice())? {
        Some(End::Gateway(site)) => Ok(listening(net, site, written).unwrap_or(End::Gateway(site))),
        Some(end) => Ok(end),
        None => {
            let has = |public| IpAddr::V4(public) == address;
            let site = net.site_ids().find(|(_, site)| site.gateway.publics().any(has));
            Ok(match site {
                Some((id, site)) if has(site.gateway.public.value) => End::Supervision(id),
                Some((id, _)) => End::Gateway(id),
                None => End::Internet(vec![address.into()]),
            })
        }
    }
}

/// The machine that others meet by an address which is not its own: a published one, or one that another site sees.
fn met(net: &Network, from: &End, written: &Written) -> Option<End> {
    if let End::Internet(_) = from {
        let mut published = net.flows.iter().filter(|f| f.published.is_some_and(|p| IpAddr::V4(p.at) == written.dst));
        let on = |l4: &L4| l4.meets(written.l4);
        return published.find(|f| f.services.iter().any(on)).map(|f| f.to.clone());
    }
    let elsewhere = |site| ends::site(net, from) != Some(site);
    let mut hosts = net.hosts.iter().zip(0u32..).filter(|(host, _)| elsewhere(host.site));
    hosts.find(|(host, _)| host.seen_as.map(IpAddr::V4) == Some(written.dst)).map(|(_, id)| End::Host(HostId(id)))
}

/// The process of a gateway that listens where a packet goes.
fn listening(net: &Network, site: SiteId, written: &Written) -> Option<End> {
    let hears = |end: &End| {
        let proxy = net.proxy_at(end)?;
        let End::Process(process) = end else { return None };
        let at = ends::own(net, net.processes[process.index()].listen, written.dst.is_ipv6())?;
        Some(at == written.dst && written.l4 == L4::Tcp(proxy.port, proxy.port))
    };
    net.processes_of(site).map(|(id, _)| End::Process(id)).find(|end| hears(end) == Some(true))
}
