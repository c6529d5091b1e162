//! Why a flow cannot be made, as its owner is told: at the end that is at fault, with the way out.

use super::label;
use super::model::{End, Network, SiteId};
use super::paths::NoPath;
use super::words::written;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Code, Diagnostic, Span};
use crate::policy::L4;

/// What is said of a flow, and where.
struct Told {
    code: &'static Code,
    /// True at the end that is opened to, false at the opener.
    at_target: bool,
    /// What the other end is, where it matters.
    other: Option<&'static str>,
    says: String,
    help: String,
}

/// A flow that no packet of either family could use.
pub(super) fn no_family(net: &Network, [from, to]: [Span; 2], a: &End, b: &End) -> Diagnostic {
    let (a, b) = (label(net, a), label(net, b));
    Diagnostic::new(&codes::FLOW_FAMILY, to, format!("`{a}` and `{b}` share no address family"))
        .other(from, "opens from here")
        .help("give one of them an address of the other's family")
}

/// A flow on ICMP of the family that its two ends do not share; the one they share is IPv6 or IPv4.
pub(super) fn other_family(
    net: &Network,
    [from, to]: [Span; 2],
    ends: [&End; 2],
    share_v6: bool,
    services: &[L4],
) -> Diagnostic {
    let [a, b] = ends.map(|end| label(net, end));
    let (theirs, family) = if share_v6 { (6, 4) } else { (4, 6) };
    let asked: Vec<String> = services.iter().map(|l4| written(*l4)).collect();
    let says = format!("`{a}` and `{b}` share IPv{theirs} alone, and {} is of IPv{family}", asked.join(", "));
    let is_outside = |end: &End| matches!(end, End::Internet(_) | End::Supervision(_));
    let or = if ends.into_iter().any(is_outside) {
        ": no IPv6 packet crosses a WAN".to_owned()
    } else {
        format!(", or give both an address of IPv{family}")
    };
    Diagnostic::new(&codes::FLOW_FAMILY, to, says)
        .other(from, "opens from here")
        .help(format!("name a service of IPv{theirs}{or}; else remove the flow"))
}

/// A flow between two ends that no path joins; `opener` is the end at the first place.
pub(super) fn explain(net: &Network, why: &NoPath, opener: &End, [from, to]: [Span; 2]) -> Diagnostic {
    if let NoPath::NoExit(site) = why {
        return no_exit(net, *site, opener, from);
    }
    let told = match why {
        NoPath::NoLink(a, b) => no_hub(net, [*a, *b]),
        other => within(net, other, opener),
    };
    let (here, there) = if told.at_target { (to, from) } else { (from, to) };
    let found = Diagnostic::new(told.code, here, told.says).help(told.help);
    told.other.into_iter().fold(found, |found, label| found.other(there, label))
}

/// Only a waiver comes here: what a site's own flows lack is told once for each link.
fn no_hub(net: &Network, sites: [SiteId; 2]) -> Told {
    let [a, b] = sites.map(|site| &net.site(site).name);
    Told {
        code: &codes::WAIVER_PATH,
        at_target: true,
        other: None,
        says: format!("no common centre joins `{a}` and `{b}`"),
        help: "both must have a tunnel to one centre".to_owned(),
    }
}

fn within(net: &Network, why: &NoPath, opener: &End) -> Told {
    let row = |code, at_target, other, says: &str, help: &str| Told {
        code,
        at_target,
        other,
        says: says.to_owned(),
        help: help.to_owned(),
    };
    match why {
        NoPath::NoDevices(site) => row(
            &codes::NO_DEVICES_ZONE,
            true,
            None,
            &format!("the gateway of `{}` has no zone of devices to be addressed in", net.site(*site).name),
            "mark one of its zones `devices: true`",
        ),
        NoPath::Private(site) => row(
            &codes::PRIVATE_IN_TUNNEL,
            false,
            Some("towards another site"),
            &format!("a private zone of `{}` would be in a tunnel", net.site(*site).name),
            "renumber the zone into the plan, go through the exit, or name a machine that has `seen_as:`",
        ),
        NoPath::ProcessInTunnel => row(
            &codes::PROCESS_IN_TUNNEL,
            true,
            Some("this process"),
            "a process of the gateway would open into a tunnel",
            "let the zone itself open this flow",
        ),
        NoPath::NotOutside(what) => row(
            &codes::FLOW_ENDS,
            !matches!(opener, End::Internet(_)),
            None,
            what,
            "name IPv4 prefixes outside the plan, the private ranges and the region's public ranges",
        ),
        NoPath::Unpublished(says, help) => row(&codes::FLOW_ENDS, true, Some("from outside"), says, help),
        NoPath::Unsupported(what) => row(&codes::FLOW_ENDS, false, None, what, "remove the flow"),
        NoPath::SameLink | NoPath::NoLink(..) | NoPath::NoExit(_) => row(
            &codes::FLOW_ENDS,
            true,
            Some("the other end"),
            "both ends are on one link: the gateway never sees their packets",
            "hosts of one zone reach each other without a flow; remove the line",
        ),
    }
}

/// The way out is where the opener is written: the file of an establishment, or the opener's own entry in a centre.
fn no_exit(net: &Network, site: SiteId, opener: &End, from: Span) -> Diagnostic {
    let site = net.site(site);
    let says = format!("`{}` has no public address for this traffic to leave by", site.name);
    let found = Diagnostic::new(&codes::NO_EXIT, from, says);
    if site.is_establishment {
        return found
            .other(site.span, "declared here")
            .help("write `exit:` with a public address of its WAN, another than `supervision`");
    }
    let entry = match opener {
        End::Zone(zone) => Some(net.zone(*zone).span),
        End::Host(host) => Some(net.hosts[host.index()].span),
        _ => None,
    };
    let help =
        format!("add `exit:` with a free public address of its WAN to this entry in the file of `{}`", site.name);
    entry.into_iter().fold(found, |found, place| found.other(place, "this entry")).help(help)
}
