//! The certificate: these files and these facts, hence these theorems.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::claim::{Claim, Verdict, listed};
use super::proven::Proven;
use crate::network::{Flow, Name, Network, OldTunnel, Published, Site, Unmanaged, written};

/// What the proof leans on and no text that was read back says, numbered for those who audit.
pub const ASSUMPTIONS: [&str; 12] = [
    "A1 cables, ports and machines are as the policy declares them; what is plugged into a port is a host of the port's zone, or an access point, which gives each network name one of the port's zones and lets no frame pass from one to another",
    "A2 the kernel, strongSwan, Squid and the switches do what the manuals of the stated versions say",
    "A3 each device runs exactly these files, and no other table, hook, route or daemon changes packets",
    "A4 a gateway's own system (IKE, SSH, SNMP, DHCP, neighbour discovery) passes nothing on from one side to the other",
    "A5 connection tracking calls established only what follows an accepted new packet of the same flow or its mirror, and related only the errors of such a flow",
    "A6 certificates are issued by the named authority to the site they name, and keys stay where they were made",
    "A7 category lists are filled on the device before the proxy starts; what is in them is adversarial",
    "A8 WANs deliver any packet to any public address, with any source; nothing else joins sites",
    "A9 where no switch is declared (the centre, the academy), each VLAN of the gateway's trunk is one broadcast domain with hosts of one zone",
    "A10 the clock of a gateway is right to the second for dated rules",
    "A11 the far end of a tunnel that is not ours takes nothing from the Internet or from a far end that has another peer and other addresses, and sends nothing there",
    "A12 a machine that a dated flow reached passes nothing on, once that flow has ended, by one that begins later: each span of time is proved by itself, centre zones that open towards establishments aside, which receive on no day",
];

/// SHA-256 of a text, in hexadecimal.
pub(super) fn digest(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text.as_ref()).iter().map(|b| format!("{b:02x}")).collect()
}

/// The certificate as JSON, schema `etanche.certificate/1`. The same for the same policy, whatever the day.
pub fn certificate(net: &Network, proven: &Proven) -> Value {
    let files: Vec<Value> =
        proven.files().iter().map(|(path, text)| json!({ "path": path, "sha256": digest(text) })).collect();
    let claims: Vec<Value> = proven.claims().iter().map(|(claim, verdict)| row(net, claim, verdict)).collect();
    let epochs: Vec<&str> = net.epochs.iter().map(|e| e.title.as_str()).collect();
    json!({
        "schema": "etanche.certificate/1",
        "files": files,
        "facts": facts(net),
        "assumptions": ASSUMPTIONS,
        "epochs": epochs,
        "claims": claims,
    })
}

fn row(net: &Network, claim: &Claim, verdict: &Verdict) -> Value {
    let (word, by) = match verdict {
        Verdict::Strict => ("strict", None),
        Verdict::Shared(zone) => ("shared", Some(net.zone_label(*zone))),
        Verdict::Relay(how) => ("relay", Some(how.clone())),
        Verdict::Waived(waivers) => ("waiver", Some(listed(waivers))),
        Verdict::Leak => ("leak", None),
        Verdict::Unknown(why) => ("unknown", Some(why.clone())),
    };
    json!({ "theorem": claim.theorem.id(), "claim": claim.title(net), "verdict": word, "by": by })
}

/// The canonical section of facts (DESIGN §2 (11)): zones, classes, cables, waivers, what is published, who is not managed.
fn facts(net: &Network) -> Value {
    let zones: Vec<String> = net
        .zone_ids()
        .map(|(id, z)| {
            let v6 = z.v6.map(|n| format!(" {n}")).unwrap_or_default();
            let class = z.class.as_ref().map(|c| format!(" {c}")).unwrap_or_default();
            format!(
                "{} vlan {} {}{v6}{class}{}",
                net.zone_label(id),
                z.vlan.get(),
                z.v4,
                if z.private { " private" } else { "" }
            )
        })
        .collect();
    let cables: Vec<String> = net
        .sites
        .iter()
        .flat_map(|site| {
            site.cables.iter().map(move |c| {
                format!("{} {} = {}", site.name, cable_end(site, &c.ends[0]), cable_end(site, &c.ends[1]))
            })
        })
        .collect();
    let waivers: Vec<String> = net.flows.iter().filter_map(|f| Some(waiver(net, f, f.waiver.as_ref()?))).collect();
    let old: Vec<String> =
        net.sites.iter().flat_map(|site| site.old_tunnels.iter().map(|t| far_end(site, t))).collect();
    let unmanaged: Vec<String> = net.unmanaged.iter().map(reserved).collect();
    let published: Vec<String> = net.flows.iter().filter_map(|f| Some(answer(net, f, f.published?))).collect();
    json!({
        "zones": zones,
        "cables": cables,
        "waivers": waivers,
        "published": published,
        "far_ends": old,
        "not_managed": unmanaged,
    })
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
    let ends = [&flow.from, &flow.to].map(|end| crate::network::label(net, end)).join(" -> ");
    let on: Vec<String> = flow.services.iter().map(|l4| written(*l4)).collect();
    format!("{number} {ends} on {}{}", on.join(", "), days(flow))
}

/// ` from 1788213600 until 1819749600`; nothing when always.
fn days(flow: &Flow) -> String {
    let day = |word: &str, second: Option<i64>| second.map(|s| format!(" {word} {s}")).unwrap_or_default();
    day("from", flow.window.from) + &day("until", flow.window.until)
}

/// `198.51.100.201 0000001B.vie_scolaire on tcp/443 with otp from internet`: who comes is asked by the service alone.
fn answer(net: &Network, flow: &Flow, published: Published) -> String {
    let [from, to] = [&flow.from, &flow.to].map(|end| crate::network::label(net, end));
    let on: Vec<String> = flow.services.iter().map(|l4| written(*l4)).collect();
    format!("{} {to} on {} with {} from {from}{}", published.at, on.join(", "), published.auth.word(), days(flow))
}

/// `0000002C gtb 192.0.2.77: 10.128.32.0/24 = 10.200.0.0/24`.
fn far_end(site: &Site, tunnel: &OldTunnel) -> String {
    let pairs: Vec<String> = tunnel.selectors.iter().map(|s| format!("{} = {}", s.value.0, s.value.1)).collect();
    format!("{} {} {}: {}", site.name, tunnel.name, tunnel.peer, pairs.join(", "))
}

fn cable_end(site: &crate::network::Site, end: &crate::network::CableEnd) -> String {
    match end {
        crate::network::CableEnd::Gateway => "gateway.lan".to_owned(),
        crate::network::CableEnd::Switch(s, port) => format!("{}.{port}", site.switches[*s].name),
    }
}
