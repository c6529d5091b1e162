//! Where an arrow of a site's picture begins or ends.

use std::collections::{BTreeMap, BTreeSet};

use crate::network::{self, End, L4, Network, SiteId, Window};

/// An end as one picture shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Of the site itself.
    Here(End),
    /// Of another site; seen from a centre, the same name in all establishments is one place.
    Far {
        /// The box it stands in.
        group: String,
        /// Its name within its site.
        name: String,
        /// `zone`, `host`, `gateway`.
        word: &'static str,
    },
    /// Outside.
    Outside(String),
}

/// What one arrow says.
#[derive(Default)]
pub(super) struct Arrow {
    /// On what.
    pub(super) services: BTreeSet<L4>,
    /// Why it is there, when it is by a derogation or for some days.
    pub(super) because: BTreeSet<String>,
    /// Where the Internet finds what is published, and what that asks of who comes.
    pub(super) published: BTreeSet<String>,
}

/// Arrows of flows that begin or end at a site.
pub(super) fn arrows(net: &Network, id: SiteId) -> BTreeMap<(Place, Place), Arrow> {
    let mut all: BTreeMap<(Place, Place), Arrow> = BTreeMap::new();
    for flow in &net.flows {
        let (from, to) = (place(net, id, &flow.from), place(net, id, &flow.to));
        if !matches!((&from, &to), (Place::Here(_), _) | (_, Place::Here(_))) {
            continue;
        }
        let arrow = all.entry((from, to)).or_default();
        arrow.services.extend(&flow.services);
        arrow.because.extend(flow.waiver.as_ref().map(|waiver| format!("waiver {waiver}")));
        arrow.published.extend(flow.published.map(|p| format!("at {}, {}", p.at, p.auth.word())));
        if flow.waiver.is_none() && flow.window != Window::ALWAYS {
            arrow.because.insert("some days".to_owned());
        }
    }
    all
}

fn place(net: &Network, here: SiteId, end: &End) -> Place {
    let Some(site) = site_of(net, end) else { return Place::Outside(network::label(net, end)) };
    if site == here {
        return Place::Here(end.clone());
    }
    let facts = net.site(site);
    let merged = facts.is_establishment && !net.site(here).is_establishment;
    let group = if merged { "establishments".to_owned() } else { facts.name.to_string() };
    let word = match end {
        End::Host(_) => "host",
        End::Zone(_) => "zone",
        End::Process(_) | End::Gateway(_) | End::Supervision(_) | End::Internet(_) => "gateway",
    };
    Place::Far { group, name: short(net, end), word }
}

/// The site of an end.
pub(super) fn site_of(net: &Network, end: &End) -> Option<SiteId> {
    match end {
        End::Zone(z) => Some(net.zone(*z).site),
        End::Host(h) => Some(net.hosts[h.index()].site),
        End::Process(p) => Some(net.processes[p.index()].site),
        End::Gateway(s) | End::Supervision(s) => Some(*s),
        End::Internet(_) => None,
    }
}

/// An end's name within its site.
pub(super) fn short(net: &Network, end: &End) -> String {
    let whole = network::label(net, end);
    whole.split_once('.').map_or(whole.clone(), |(_, name)| name.to_owned())
}

impl Place {
    /// Its name in the graph.
    pub(super) fn id(&self, net: &Network) -> String {
        match self {
            Self::Here(End::Supervision(site)) => network::label(net, &End::Gateway(*site)),
            Self::Here(end) => network::label(net, end),
            Self::Far { group, name, .. } => format!("{group}.{name}"),
            Self::Outside(label) => label.clone(),
        }
    }

    /// Whether it is of the site itself.
    pub(super) fn is_here(&self) -> bool {
        matches!(self, Self::Here(_))
    }
}
