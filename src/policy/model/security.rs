//! What the academy decides: classes, what is kept apart, web filters, waivers.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Auth, End, FlowExpr, Name, ServiceRef, Uai};
use crate::diagnostics::At;

/// What the academy's security officer lays down.
#[derive(Debug, Clone)]
pub struct Security {
    /// Partition of all zones of establishments: class to zone names.
    pub classes: BTreeMap<Name, Class>,
    /// Pairs of class lists that T1 keeps apart.
    pub isolate: Vec<At<Isolate>>,
    /// Centre zones that may open towards establishments.
    pub may_start: Vec<At<MayStart>>,
    /// Centre zones where several establishments, or classes that are kept apart, may open to the same hosts.
    pub meet: Vec<At<Meet>>,
    /// What may answer the Internet.
    pub publish: Vec<At<Publish>>,
    /// Zones that break the protocol between those that open to them and those they open to, with how they do.
    pub relays: Vec<Relay>,
    /// Categories of web sites of the academy's own, beside those of UT1.
    pub categories: BTreeMap<Name, At<Name>>,
    /// Web filters by name.
    pub web: BTreeMap<Name, WebRule>,
    /// What rules of good practice must know of zones and machines.
    pub kinds: BTreeMap<Kind, Vec<At<End>>>,
    /// Rules of good practice that are not kept.
    pub accepts: Vec<Accept>,
    /// Web filters an establishment may edit.
    pub delegated_web: Vec<At<Name>>,
    /// Classes whose flows an establishment may withdraw.
    pub delegated_narrow: Vec<At<Name>>,
}

/// What a zone or a machine is, as far as rules of good practice ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Printers and copiers.
    Printers,
    /// Zones that no access point carries.
    Wired,
    /// Mail servers.
    Mail,
    /// Cameras and their recorders.
    Video,
    /// Access control of doors.
    Badges,
}

/// A rule of good practice that is not kept, and why.
#[derive(Debug, Clone)]
pub struct Accept {
    /// The rule's code.
    pub rule: At<String>,
    /// Files it is accepted in, by the names of what they describe; empty: every file, or the one that says so.
    pub within: Vec<At<Name>>,
    /// Why.
    pub because: At<String>,
}

/// A class of zones.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its name.
    pub name: At<Name>,
    /// Its zones.
    pub zones: Vec<At<Name>>,
}

/// `administrative | pedagogic, open`: no path either way.
#[derive(Debug, Clone)]
pub struct Isolate {
    /// Classes on the left.
    pub left: Vec<At<Name>>,
    /// Classes on the right.
    pub right: Vec<At<Name>>,
}

/// `csm.bastion -> management, gateway`.
#[derive(Debug, Clone)]
pub struct MayStart {
    /// Centre zones.
    pub from: Vec<At<SiteName>>,
    /// Classes, or the words `gateway` and `supervision`.
    pub to: Vec<At<Name>>,
}

/// `pedagogic, csm.proxy_pedago -> csm.directory`: whom centre zones are for.
#[derive(Debug, Clone)]
pub struct Meet {
    /// Classes, or the word `gateway`, that may open to them.
    pub classes: Vec<At<Name>>,
    /// Centre zones that may open to them for whoever opens to those.
    pub through: Vec<At<SiteName>>,
    /// The centre zones.
    pub zones: Vec<At<SiteName>>,
}

/// `meeting, academy.itsm on https with otp`: which zones may answer the Internet, on what, and what they ask of it.
#[derive(Debug, Clone)]
pub struct Publish {
    /// Classes of zones of establishments.
    pub classes: Vec<At<Name>>,
    /// Zones of the centre.
    pub zones: Vec<At<SiteName>>,
    /// On which services.
    pub services: Vec<At<ServiceRef>>,
    /// With one of these authentications.
    pub auth: Vec<At<Auth>>,
}

/// `site.name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteName {
    /// The site.
    pub site: Name,
    /// Its zone, host, proxy or resolver.
    pub name: Name,
}

/// A zone declared to break the protocol (ANSSI-INTERCO R8).
#[derive(Debug, Clone)]
pub struct Relay {
    /// A zone name of establishments, or `site.zone`, or `gateway.process`.
    pub zone: At<End>,
    /// What breaks the protocol.
    pub breaks: At<String>,
}

/// What stands between a class and the Internet.
#[derive(Debug, Clone)]
pub struct WebRule {
    /// Its name.
    pub name: At<Name>,
    /// Classes whose zones it filters.
    pub classes: Vec<At<Name>>,
    /// Mandatory categories (UT1 names), never unblocked.
    pub deny: Vec<At<Name>>,
    /// Categories blocked unless an establishment unblocks.
    pub filter: Vec<At<Name>>,
    /// White list: when not empty, nothing else passes.
    pub only: Vec<At<Name>>,
    /// What happens without a match; deny when absent.
    pub otherwise_allow: bool,
    /// Place of the whole entry.
    pub span: crate::diagnostics::Span,
}

/// An experiment of an establishment (convention, art. 16; annexe 0 §II).
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Its number in the register.
    pub id: At<Name>,
    /// The establishment that it takes place in.
    pub at: At<Uai>,
    /// What is tried.
    pub title: At<String>,
    /// Who asked.
    pub owner: At<String>,
    /// Who agreed.
    pub parties: Vec<At<String>>,
    /// First day.
    pub from: Option<At<Date>>,
    /// Last day included.
    pub until: At<Date>,
    /// What it opens.
    pub flows: Vec<At<FlowExpr>>,
}

/// A dated derogation.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Its number in the register.
    pub id: At<Name>,
    /// The flow it makes: ends are `zone@UAI`.
    pub opens: At<FlowExpr>,
    /// Why.
    pub reason: At<String>,
    /// Who asked.
    pub owner: At<String>,
    /// Who signed; the proof of signature is the merge by the file's owner.
    pub signed_by: At<String>,
    /// When.
    pub signed_on: At<Date>,
    /// First day, or from the signature on.
    pub from: Option<At<Date>>,
    /// Last day included.
    pub until: At<Date>,
}
