//! Who comes to which centre zone: directly, and on through the centre zones that these open to.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{End, Flow, HostId, Network, SiteId, Window, ZoneId};
use super::super::paths::site_of;
use crate::diagnostics::Span;
use crate::policy::Name;

/// The word of `meet` for what a gateway itself, or a process on it, opens.
pub(super) const GATEWAY: &str = "gateway";

/// Something of an establishment that comes to a centre zone: a class, or the gateway.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Visitor {
    pub(super) site: SiteId,
    pub(super) word: Name,
}

/// Who opens a step.
#[derive(Clone, Debug)]
pub(super) enum Opener {
    Establishment(Visitor),
    Centre(ZoneId),
}

/// One way into a centre zone.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) from: Opener,
    pub(super) to: ZoneId,
    /// Where both ends are written.
    pub(super) at: [Span; 2],
    /// A waiver makes it.
    pub(super) is_waived: bool,
    /// When it can be taken.
    pub(super) window: Window,
}

/// Every step, and who comes where by which.
pub(super) struct Visits<'n> {
    net: &'n Network,
    pub(super) steps: Vec<Step>,
    /// Visitors of each zone, with the step that brings them; those whom only a waiver brings, which signs for them,
    /// are in `signed`.
    pub(super) come: BTreeMap<ZoneId, BTreeMap<Visitor, usize>>,
    signed: BTreeMap<ZoneId, BTreeMap<Visitor, usize>>,
    /// Whether a declared relay stops who comes to it.
    relays_stop: bool,
}

impl<'n> Visits<'n> {
    /// Those of all flows, whenever they are open: what comes one day may go on another.
    pub(super) fn of(net: &'n Network) -> Self {
        Self::by(net, steps(net), true)
    }

    /// The same through relays as well.
    pub(super) fn through_relays(net: &'n Network) -> Self {
        Self::by(net, steps(net), false)
    }

    /// Those of one instant, through relays as well.
    pub(super) fn at(net: &'n Network, instant: i64) -> Self {
        Self::by(net, steps(net).into_iter().filter(|step| step.window.contains(instant)).collect(), false)
    }

    fn by(net: &'n Network, steps: Vec<Step>, relays_stop: bool) -> Self {
        let mut all = Self { net, steps, come: BTreeMap::new(), signed: BTreeMap::new(), relays_stop };
        while all.spread() {}
        all
    }

    /// Everybody who comes to a zone, signed for or not, with the steps.
    pub(super) fn guests(&self, zone: ZoneId) -> impl Iterator<Item = (&Visitor, &Step)> {
        let of_zone = [&self.come, &self.signed].into_iter().filter_map(move |visitors| visitors.get(&zone));
        of_zone.flatten().map(|(visitor, step)| (visitor, &self.steps[*step]))
    }

    /// Brings visitors one step further; false when nobody new comes anywhere.
    fn spread(&mut self) -> bool {
        let mut is_news = false;
        for number in 0..self.steps.len() {
            let (visitors, to) = (self.bringing(&self.steps[number]), self.steps[number].to);
            let signs = self.signs(&self.steps[number]);
            for visitor in visitors {
                let known = if signs { &mut self.signed } else { &mut self.come }.entry(to).or_default();
                is_news |= !known.contains_key(&visitor);
                known.entry(visitor).or_insert(number);
            }
        }
        is_news
    }

    /// A waiver signs for its own opener; who came to that one from elsewhere is beyond it.
    fn signs(&self, step: &Step) -> bool {
        step.is_waived && matches!(step.from, Opener::Establishment(_))
    }

    fn bringing(&self, step: &Step) -> Vec<Visitor> {
        match &step.from {
            Opener::Establishment(visitor) => vec![visitor.clone()],
            Opener::Centre(zone) if self.relays_stop && is_relay(self.net, *zone) => Vec::new(),
            Opener::Centre(zone) => self.guests(*zone).map(|(visitor, _)| visitor.clone()).collect(),
        }
    }

    /// Words that a step brings to a declared zone without its signature or a line of `meet` that names the opener.
    pub(super) fn brought<'a>(&'a self, step: &'a Step) -> BTreeSet<&'a Name> {
        match &step.from {
            Opener::Establishment(visitor) if !step.is_waived => BTreeSet::from([&visitor.word]),
            Opener::Establishment(_) => BTreeSet::new(),
            Opener::Centre(zone) if is_relay(self.net, *zone) || self.is_named(*zone, step.to) => BTreeSet::new(),
            Opener::Centre(zone) => self.guests(*zone).map(|(visitor, _)| &visitor.word).collect(),
        }
    }

    /// A centre zone opens into an establishment.
    pub(super) fn starts(&self, zone: ZoneId) -> bool {
        self.opened(zone).next().is_some()
    }

    /// Flows by which a centre zone opens into establishments, whenever.
    pub(super) fn opened(&self, zone: ZoneId) -> impl Iterator<Item = &'n Flow> + use<'n> {
        let net = self.net;
        let is_inside = |end: &End| site_of(net, end).is_some_and(|site| is_establishments(net, site));
        net.flows.iter().filter(move |flow| zones(net, &flow.from).contains(&zone) && is_inside(&flow.to))
    }

    fn is_named(&self, opener: ZoneId, zone: ZoneId) -> bool {
        self.net.security.meet.get(&zone).is_some_and(|meeting| meeting.through.contains(&opener))
    }

    /// What the left of a line of `meet` would be that names everybody who opens to a zone.
    pub(super) fn openers(&self, zone: ZoneId) -> Vec<String> {
        let into = self.steps.iter().filter(|s| s.to == zone && !self.signs(s) && !self.bringing(s).is_empty());
        let names: BTreeSet<String> = into
            .map(|step| match &step.from {
                Opener::Establishment(visitor) => visitor.word.to_string(),
                Opener::Centre(through) => self.net.zone_label(*through),
            })
            .collect();
        names.into_iter().collect()
    }
}

fn steps(net: &Network) -> Vec<Step> {
    let mut all = Vec::new();
    for flow in &net.flows {
        for from in openers(net, &flow.from) {
            for to in zones(net, &flow.to).into_iter().filter(|z| !is_establishments(net, net.zone(*z).site)) {
                let (is_waived, window) = (flow.waiver.is_some(), flow.window);
                all.push(Step { from: from.clone(), to, at: flow.at, is_waived, window });
            }
        }
    }
    all.extend((0u32..).map(HostId).take(net.hosts.len()).flat_map(|host| feet(net, host)));
    all
}

/// A machine of a centre in several zones passes on, from each to the others, who comes to it.
fn feet(net: &Network, host: HostId) -> Vec<Step> {
    let host = &net.hosts[host.index()];
    if is_establishments(net, host.site) {
        return Vec::new();
    }
    let pairs = host.zones.iter().flat_map(|a| host.zones.iter().filter(move |b| *b != a).map(move |b| (*a, *b)));
    pairs
        .map(|(a, to)| Step {
            from: Opener::Centre(a),
            to,
            at: [host.span; 2],
            is_waived: false,
            window: Window::ALWAYS,
        })
        .collect()
}

fn is_establishments(net: &Network, site: SiteId) -> bool {
    net.site(site).is_establishment
}

/// Where an end of a flow stands: a machine in each of its zones, a process in the one it listens in.
fn zones(net: &Network, end: &End) -> Vec<ZoneId> {
    match end {
        End::Process(process) => vec![net.processes[process.index()].listen],
        End::Zone(_) | End::Host(_) | End::Gateway(_) | End::Supervision(_) | End::Internet(_) => {
            net.zones_of(end).to_vec()
        }
    }
}

fn openers(net: &Network, end: &End) -> Vec<Opener> {
    let of_gateway = |site: SiteId| Opener::Establishment(Visitor { site, word: Name::new(GATEWAY) });
    match end {
        End::Gateway(site) if is_establishments(net, *site) => vec![of_gateway(*site)],
        End::Process(process) if is_establishments(net, net.processes[process.index()].site) => {
            vec![of_gateway(net.processes[process.index()].site)]
        }
        _ => zones(net, end).into_iter().filter_map(|zone| of_zone(net, zone)).collect(),
    }
}

fn is_relay(net: &Network, zone: ZoneId) -> bool {
    net.security.relays.iter().any(|(end, ..)| *end == End::Zone(zone))
}

/// None for a zone of an establishment without a class, which the policy's checks refuse, and for a meeting zone, which
/// opens to nobody (`isolation/meeting-opens`) unless it is a relay.
fn of_zone(net: &Network, zone: ZoneId) -> Option<Opener> {
    let facts = net.zone(zone);
    if !is_establishments(net, facts.site) {
        return Some(Opener::Centre(zone));
    }
    let word = facts.class.clone()?;
    let opens = net.security.meeting_class.as_ref() != Some(&word) || is_relay(net, zone);
    opens.then_some(Opener::Establishment(Visitor { site: facts.site, word }))
}
