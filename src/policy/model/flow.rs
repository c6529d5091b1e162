//! Flows: who may open which connection.

use ipnet::IpNet;
use jiff::civil::Date;

use super::{L4, Name, SiteName, Uai};
use crate::diagnostics::{At, Span};

/// A permitted flow.
#[derive(Debug, Clone)]
pub struct Flow {
    /// `ends -> ends on services`.
    pub allow: At<FlowExpr>,
    /// Why: the generated rule's comment.
    pub because: At<String>,
    /// First day.
    pub from: Option<At<Date>>,
    /// Last day included.
    pub until: Option<At<Date>>,
    /// It is of an experiment, whose register tells of its days.
    pub is_tried: bool,
}

/// `ends "->" ends "on" service {"," service}`.
#[derive(Debug, Clone)]
pub struct FlowExpr {
    /// Who opens.
    pub from: Vec<At<End>>,
    /// To whom.
    pub to: Vec<At<End>>,
    /// On what; named services stay names, their items are in [`Policy::services`](super::Policy::services).
    pub services: Vec<At<ServiceRef>>,
}

/// A service as a flow names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceRef {
    /// One of `services.yaml`.
    Named(Name),
    /// Written in place.
    Inline(L4),
}

/// One end of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A zone, host, proxy or resolver of this site.
    Here(Name),
    /// One of another site.
    There(SiteName),
    /// `zone@UAI` or `host@UAI`, in waivers only.
    Waived(Name, Uai),
    /// Everything outside the plan, private ranges and declared public addresses; empty means all of it.
    Internet(Vec<IpNet>),
    /// The gateway's own processes.
    Gateway,
    /// One process of the gateway.
    Process(Name),
    /// The public supervision address.
    Supervision,
}

/// What browsers are told: a file a zone, which names its proxies and what it reaches without one. Opens nothing.
#[derive(Debug, Clone)]
pub struct Pac {
    /// Its target descriptor.
    pub target: At<Name>,
    /// Zones with such a file.
    pub zones: Vec<At<Name>>,
    /// The whole of it.
    pub span: Span,
}

/// What the gateway answers on its links; opens nothing.
#[derive(Debug, Clone)]
pub struct Serve {
    /// Zones with DHCP and router advertisements.
    pub dhcp: Vec<At<Name>>,
    /// Resolver told to clients where a flow lets them reach it.
    pub names: Option<At<End>>,
    /// Time source told to clients where a flow lets them reach it.
    pub clock: Option<At<End>>,
}
