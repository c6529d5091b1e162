//! What is claimed, and how it ended.

use std::collections::BTreeSet;

use crate::network::{Name, Network, SiteId, ZoneId};

/// A theorem of DESIGN §2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theorem {
    /// No path between the sides of `isolate`, in every establishment.
    T1,
    /// No path from an establishment into another one.
    T2,
    /// No way to the Internet but through the filter of one's class.
    T3,
    /// One public address a site, for supervision and tunnels only.
    T4,
    /// The management plane from declared management zones only.
    T5,
    /// In clear on a WAN only what is declared.
    T6,
    /// What an establishment's own file adds is below the ceiling.
    T7,
    /// No zone can emit another's addresses.
    T8,
}

impl Theorem {
    /// Those that are proved so far, in order.
    pub const ALL: [Self; 8] = [Self::T1, Self::T2, Self::T3, Self::T4, Self::T5, Self::T6, Self::T7, Self::T8];

    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            Self::T1 => "T1",
            Self::T2 => "T2",
            Self::T3 => "T3",
            Self::T4 => "T4",
            Self::T5 => "T5",
            Self::T6 => "T6",
            Self::T7 => "T7",
            Self::T8 => "T8",
        }
    }

    /// The levels at which it is asked.
    pub fn levels(self) -> &'static [Level] {
        match self {
            Self::T1 | Self::T2 | Self::T3 => &[Level::Segment, Level::Packet, Level::Pivot],
            Self::T5 => &[Level::Segment, Level::Packet, Level::Pivot, Level::Control],
            Self::T4 | Self::T6 | Self::T7 | Self::T8 => &[Level::Packet],
        }
    }

    /// What it says of one site, an establishment or one of the centre's.
    pub fn says(self, is_establishment: bool) -> &'static str {
        match self {
            Self::T1 => "its two sides do not open to each other",
            Self::T2 if is_establishment => "it does not open into other establishments",
            Self::T2 => "what opens from it into establishments receives from none",
            Self::T3 => "its ways to the Internet pass their filters",
            Self::T4 => "its public address answers supervision and tunnels only",
            Self::T5 => "from it only declared management reaches gateways and devices",
            Self::T6 => "only what is declared crosses its WAN in clear",
            Self::T7 => "its own file adds nothing above the ceiling",
            Self::T8 => "its gateway takes from nobody the addresses of others",
        }
    }

    /// How the words of a claim about a site begin, or about all sites.
    pub fn about(self, site: Option<&Name>) -> String {
        format!("{} {}: ", self.id(), site.map_or("*", Name::as_str))
    }

    /// Where it comes from.
    pub fn basis(self) -> &'static str {
        match self {
            Self::T1 => "T1 (convention, annexe 0 §I.B); PSSIE RES-CLOIS",
            Self::T2 => "T2 (convention, annexe 0 §I.B); PSSIE RES-INTERCOGEO",
            Self::T3 => "T3 (convention, art. 13); ANSSI INTERCO R22, R30",
            Self::T4 => "T4 (convention, art. 12)",
            Self::T5 => "T5 (convention, annexe I); PSSIE EXP-SEC-FLUXADMIN",
            Self::T6 => "T6 (convention, art. 10); PSSIE RES-PROT",
            Self::T7 => "T7 (convention, annexe I (1), annexe III)",
            Self::T8 => "T8; BCP 38 (RFC 2827)",
        }
    }
}

/// The level at which a claim is strongest contradicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Frames: one broadcast domain.
    Segment,
    /// Packets through gateways.
    Packet,
    /// Hosts and processes that pass on what they receive.
    Pivot,
    /// The management plane, by whatever way.
    Control,
}

impl Level {
    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::Packet => "packet",
            Self::Pivot => "pivot",
            Self::Control => "control",
        }
    }
}

/// What a zone must not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A zone.
    Zone(ZoneId),
    /// Every other establishment: never pairs, so that a region grows linearly.
    OtherEstablishments,
    /// The Internet, by a way that passes no proxy.
    Internet,
    /// Anything in an establishment.
    Establishments,
    /// What the filters of the security policy refuse its clients.
    BeyondFilter,
    /// Addresses that are not its own.
    ForeignAddresses,
    /// Gateways' own systems, and zones of devices.
    ManagementPlane,
    /// The site's public address, by new packets that nobody declared, or by translation.
    PublicAddress,
    /// The WAN in clear, by packets that nobody declared.
    ClearText,
    /// What would not pass without it.
    BeyondCeiling,
    /// What the other end of the tunnel does not have.
    Mirror,
}

/// Who claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A zone.
    Zone(ZoneId),
    /// A process of a gateway, by its place in [`Network::processes`].
    Process(crate::network::ProcessId),
    /// Everything outside.
    Internet,
    /// What an establishment's own file says.
    Delegated(SiteId),
    /// A web proxy.
    Proxy(crate::network::ProxyId),
    /// A whole site, as its tunnel's other end sees it.
    Site(SiteId, SiteId),
    /// The WAN of a site.
    Wan(SiteId),
}

/// One claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Claim {
    /// Which theorem.
    pub theorem: Theorem,
    /// Who.
    pub from: Source,
    /// What it must not reach.
    pub to: Target,
}

impl Claim {
    /// Sites that it says something of; None is all of them.
    pub fn sites(&self, net: &Network) -> Option<BTreeSet<SiteId>> {
        let from = match self.from {
            Source::Zone(zone) => vec![net.zone(zone).site],
            Source::Process(process) => vec![net.processes[process.index()].site],
            Source::Delegated(site) | Source::Wan(site) => vec![site],
            Source::Proxy(proxy) => vec![net.proxy(proxy).site],
            Source::Site(site, at) => vec![site, at],
            Source::Internet => return None,
        };
        let to = match self.to {
            Target::Zone(zone) => Some(net.zone(zone).site),
            _ => None,
        };
        Some(from.into_iter().chain(to).collect())
    }

    /// Its words for each site that it says something of: `T1 0000001B: 0000001B.pedago to 0000001B.admin`.
    pub fn words(&self, net: &Network) -> Vec<String> {
        let title = self.title(net);
        let about = |site: Option<&Name>| format!("{}{title}", self.theorem.about(site));
        match self.sites(net) {
            None => vec![about(None)],
            Some(sites) => sites.into_iter().map(|site| about(Some(&net.site(site).name))).collect(),
        }
    }

    /// `0000001B.pedago to 0000001B.admin`.
    pub fn title(&self, net: &Network) -> String {
        let from = match self.from {
            Source::Zone(z) => net.zone_label(z),
            Source::Process(p) => crate::network::label(net, &crate::network::End::Process(p)),
            Source::Internet => "the Internet".to_owned(),
            Source::Delegated(site) => format!("what {} says itself", net.site(site).name),
            Source::Proxy(p) => {
                let proxy = net.proxy(p);
                format!("{}.{}", net.site(proxy.site).name, proxy.name)
            }
            Source::Site(site, at) => format!("{} seen by {}", net.site(site).name, net.site(at).name),
            Source::Wan(site) => format!("the WAN of {}", net.site(site).name),
        };
        let to = match self.to {
            Target::Zone(z) => net.zone_label(z),
            Target::OtherEstablishments => "other establishments".to_owned(),
            Target::Internet => "the Internet past its filter".to_owned(),
            Target::Establishments => "establishments".to_owned(),
            Target::BeyondFilter => "what filters refuse".to_owned(),
            Target::ManagementPlane => "the management plane".to_owned(),
            Target::PublicAddress => "its public address".to_owned(),
            Target::ClearText => "clear text".to_owned(),
            Target::BeyondCeiling => "what would not pass without it".to_owned(),
            Target::Mirror => "what the other end does not mirror".to_owned(),
            Target::ForeignAddresses => "addresses that are not its own".to_owned(),
        };
        format!("{from} to {to}")
    }
}

/// How a claim ended; later is worse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// No path.
    Strict,
    /// No path, but both may open to the same declared meeting zone, which opens to nobody.
    Shared(ZoneId),
    /// Only by way of a declared relay, which breaks the protocol: how.
    Relay(String),
    /// Dated derogations cover exactly these flows: their numbers in the register.
    Waived(Vec<Name>),
    /// A path; its words are in the findings.
    Leak,
    /// Not decided: node budget, or something that has no meaning in the model.
    Unknown(String),
}

impl Verdict {
    /// The worse of two verdicts on one claim; of derogations, all of them.
    pub(super) fn worst(self, other: Self) -> Self {
        match (self, other) {
            (Self::Waived(mut all), Self::Waived(more)) => {
                all.extend(more);
                all.sort();
                all.dedup();
                Self::Waived(all)
            }
            (a, b) => a.max(b),
        }
    }
}

/// Names in one line: `D-2027-003, D-2027-009`.
pub fn listed(names: &[Name]) -> String {
    names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}
