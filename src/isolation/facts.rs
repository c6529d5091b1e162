//! The canonical section of the certificate (DESIGN §2 (11)): what the theorems speak of and no text that was read back says.
//!
//! Sites with their public addresses, zones with their class, cables, machines, who is not managed; and the lines of the
//! security policy by which a verdict is what it is. One line each, the same for the same policy.

use serde_json::{Value, json};

use crate::network::{
    Cable, CableEnd, Flow, HostId, L4, MayStart, Meeting, Name, Network, OldTunnel, PublishLine, Published, Site,
    Unmanaged, WebLine, Zone, ZoneId, label, written, zone_interface,
};

/// Every fact.
pub fn facts(net: &Network) -> Value {
    json!({
        "sites": net.sites.iter().map(place).collect::<Vec<_>>(),
        "zones": net.zone_ids().map(|(id, z)| zone(net, id, z)).collect::<Vec<_>>(),
        "cables": net.sites.iter().flat_map(cables).collect::<Vec<_>>(),
        "machines": (0u32..).map(HostId).take(net.hosts.len()).map(|id| machine(net, id)).collect::<Vec<_>>(),
        "waivers": net.flows.iter().filter_map(|f| Some(waiver(net, f, f.waiver.as_ref()?))).collect::<Vec<_>>(),
        "published": net.flows.iter().filter_map(|f| Some(answer(net, f, f.published?))).collect::<Vec<_>>(),
        "far_ends": net.sites.iter().flat_map(far_ends).collect::<Vec<_>>(),
        "not_managed": net.unmanaged.iter().map(reserved).collect::<Vec<_>>(),
        "security": security(net),
    })
}

/// The lines of the security policy that a verdict leans on.
fn security(net: &Network) -> Value {
    let own = &net.security;
    let sides = own.isolate.iter().map(|line| format!("{} | {}", words(&line.left), words(&line.right)));
    let relays = own.relays.iter().map(|(end, how, _)| format!("{}: {how}", label(net, end)));
    json!({
        "isolate": sides.collect::<Vec<_>>(),
        "may_start": own.may_start.iter().map(|(zone, may)| starts(net, *zone, may)).collect::<Vec<_>>(),
        "meet": own.meet.iter().map(|(zone, meeting)| meets(net, *zone, meeting)).collect::<Vec<_>>(),
        "meeting_class": own.meeting_class.as_ref().map(Name::as_str),
        "publish": own.publish.iter().map(|line| publishes(net, line)).collect::<Vec<_>>(),
        "relays": relays.collect::<Vec<_>>(),
        "web": own.web.iter().map(filter).collect::<Vec<_>>(),
    })
}

fn words<'n>(names: impl IntoIterator<Item = &'n Name>) -> String {
    names.into_iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

fn on(services: &[L4]) -> String {
    services.iter().map(|l4| written(*l4)).collect::<Vec<_>>().join(", ")
}

/// `0000001B establishment wan eth0 198.51.100.1 other 198.51.100.129, 198.51.100.201`: the first is kept for supervision.
/// An establishment without switches says `no switch` (A9).
fn place(site: &Site) -> String {
    let kind = if site.is_establishment { "establishment" } else { "centre" };
    let own = site.gateway.public.value;
    let others: Vec<String> = site.gateway.publics().filter(|a| *a != own).map(|a| a.to_string()).collect();
    let others = if others.is_empty() { String::new() } else { format!(" other {}", others.join(", ")) };
    let bare = if site.is_establishment && site.switches.is_empty() { " no switch" } else { "" };
    format!("{} {kind} wan {} {own}{others}{bare}", site.name, site.gateway.wan)
}

/// `0000001B.pedago eth1.20 vlan 20 10.128.0.0/22 2001:db8:1:20::/64 pedagogic`.
fn zone(net: &Network, id: ZoneId, zone: &Zone) -> String {
    let v6 = zone.v6.map(|n| format!(" {n}")).unwrap_or_default();
    let class = zone.class.as_ref().map(|c| format!(" {c}")).unwrap_or_default();
    let interface = zone_interface(&net.site(zone.site).gateway.lan, zone.vlan);
    let (private, devices) = (if zone.private { " private" } else { "" }, if zone.devices { " devices" } else { "" });
    format!("{} {interface} vlan {} {}{v6}{class}{private}{devices}", net.zone_label(id), zone.vlan.get(), zone.v4)
}

fn cables(site: &Site) -> impl Iterator<Item = String> + '_ {
    let device = |end: &CableEnd| match end {
        CableEnd::Gateway => "gateway".to_owned(),
        CableEnd::Switch(s, _) => site.switches[*s].name.to_string(),
    };
    let end = move |c: &Cable, n: usize| {
        format!("{}.{}", device(&c.ends()[n]), c.ports_text(n).unwrap_or_else(|| "lan".to_owned()))
    };
    site.cables.iter().map(move |c| format!("{} {} = {}", site.name, end(c, 0), end(c, 1)))
}

/// `0000001B.replique 10.128.5.10 in pedago_servers`: with a foot in each zone named.
fn machine(net: &Network, id: HostId) -> String {
    let host = &net.hosts[id.index()];
    let addresses: Vec<String> = host.addresses.iter().map(ToString::to_string).collect();
    let zones = words(host.zones.iter().map(|zone| &net.zone(*zone).name));
    let seen = host.seen_as.map(|seen| format!(" seen as {seen}")).unwrap_or_default();
    format!("{}.{} {}{seen} in {zones}", net.site(host.site).name, host.name, addresses.join(" "))
}

/// `csm.bastion -> gateway, management`.
fn starts(net: &Network, zone: ZoneId, may: &MayStart) -> String {
    format!("{} -> {}", net.zone_label(zone), words(&may.to))
}

/// `open, pedagogic -> csm.proxy_pedago`, with the zones that come through others.
fn meets(net: &Network, zone: ZoneId, meeting: &Meeting) -> String {
    let through = meeting.through.iter().map(|via| net.zone_label(*via));
    let who: Vec<String> = meeting.words.iter().map(ToString::to_string).chain(through).collect();
    format!("{} -> {}", who.join(", "), net.zone_label(zone))
}

/// `meeting, academy.itsm on tcp/443 with otp, certificate`.
fn publishes(net: &Network, line: &PublishLine) -> String {
    let zones = line.zones.iter().map(|zone| net.zone_label(*zone));
    let who: Vec<String> = line.classes.iter().map(ToString::to_string).chain(zones).collect();
    let auth: Vec<&str> = line.auth.iter().map(|auth| auth.word()).collect();
    format!("{} on {} with {}", who.join(", "), on(&line.services), auth.join(", "))
}

/// `pupils for pedagogic, open: never adult, vpn; blocked dating, games; else allow`.
fn filter(line: &WebLine) -> String {
    let lists = [("never", &line.deny), ("blocked", &line.optional), ("only", &line.only)];
    let named =
        lists.iter().filter(|(_, list)| !list.is_empty()).map(|(word, list)| format!("{word} {}", words(*list)));
    let otherwise = if line.otherwise_allow { "else allow" } else { "else deny" };
    let all: Vec<String> = named.chain([otherwise.to_owned()]).collect();
    format!("{} for {}: {}", line.filter, words(&line.classes), all.join("; "))
}

/// `0000005F 10.128.64.0/19 198.51.100.5`: of whom nothing is proved, and the addresses that are nobody else's.
fn reserved(school: &Unmanaged) -> String {
    let blocks = school.blocks.iter().map(ToString::to_string);
    let publics = school.publics().map(|a| a.to_string());
    let addresses: Vec<String> = blocks.chain(publics).collect();
    format!("{} {}", school.name, addresses.join(" "))
}

/// `D-2027-003 0000001B.admin -> 0000002C.admin on tcp/443 from 1788213600 until 1819749600`: epoch seconds, exactly.
fn waiver(net: &Network, flow: &Flow, number: &Name) -> String {
    let ends = [&flow.from, &flow.to].map(|end| label(net, end)).join(" -> ");
    format!("{number} {ends} on {}{}", on(&flow.services), days(flow))
}

/// ` from 1788213600 until 1819749600`; nothing when always.
fn days(flow: &Flow) -> String {
    let day = |word: &str, second: Option<i64>| second.map(|s| format!(" {word} {s}")).unwrap_or_default();
    day("from", flow.window.from) + &day("until", flow.window.until)
}

/// `198.51.100.201 0000001B.vie_scolaire on tcp/443 with otp from internet`: who comes is asked by the service alone.
fn answer(net: &Network, flow: &Flow, published: Published) -> String {
    let [from, to] = [&flow.from, &flow.to].map(|end| label(net, end));
    let auth = published.auth.word();
    format!("{} {to} on {} with {auth} from {from}{}", published.at, on(&flow.services), days(flow))
}

fn far_ends(site: &Site) -> impl Iterator<Item = String> + '_ {
    site.old_tunnels.iter().map(|tunnel| far_end(site, tunnel))
}

/// `0000002C gtb 192.0.2.77: 10.128.32.0/24 = 10.200.0.0/24`.
fn far_end(site: &Site, tunnel: &OldTunnel) -> String {
    let pairs: Vec<String> = tunnel.selectors.iter().map(|s| format!("{} = {}", s.value.0, s.value.1)).collect();
    format!("{} {} {}: {}", site.name, tunnel.name, tunnel.peer, pairs.join(", "))
}
