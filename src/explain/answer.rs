//! The question put to every epoch and both families: what is open, by exact packet sets, and the story of one packet.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::ends::{self, Side};
use super::link::{self, Link};
use super::packet;
use super::route::number;
use super::said;
use super::service;
use super::walk::{Ending, Note, Story, Walker};
use crate::config::meaning::Unclear;
use crate::diagnostics::Sources;
use crate::isolation::{Claim, Openings, ReadDevice, Verdict, World};
use crate::network::{self, End, L4, Network};
use crate::packets::{Field, FieldProduct, Interval, IntervalSet, Limits, Packet, PacketSet, Space, family};

/// Who, to whom, on what.
#[derive(Debug, Clone)]
pub struct Question {
    /// Who opens.
    pub from: End,
    /// To whom.
    pub to: End,
    /// On what, as it was asked; None asks for whatever is open.
    pub service: Option<(String, Vec<L4>)>,
    /// The one epoch that is asked about, by its place among the network's; None asks about all.
    pub epoch: Option<usize>,
    /// The one packet that is asked about, as it is sent; None asks about all.
    pub packet: Option<Packet>,
}

/// Everything there is to say.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// `0000001B.pedago -> csm.pupils on proxy`.
    pub title: String,
    /// One case where nothing depends on the day; else one for each span of time that differs, with its titles.
    pub cases: Vec<(Vec<String>, Case)>,
    /// Lines of the policy that let one open to the other.
    pub policy: Vec<Note>,
    /// Lines by which an establishment gave up what the policy permits.
    pub given_up: Vec<Note>,
    /// Claims about the pair, and how they ended.
    pub claims: Vec<String>,
    /// Both ends are in one zone: nothing else is said of them.
    pub link: Option<Link>,
}

impl Answer {
    /// Something is open on some day.
    pub fn is_open(&self) -> bool {
        self.link.is_some() || self.cases.iter().any(|(_, case)| case.is_open())
    }

    /// Nothing is open on any day, and no line of the policy asks for it on any, or asked until it was given up.
    pub fn is_asked_by_nobody(&self) -> bool {
        !self.is_open() && self.policy.is_empty() && self.given_up.is_empty()
    }
}

impl Case {
    /// Something is open.
    pub(super) fn is_open(&self) -> bool {
        !self.joints.is_empty() || self.families.iter().any(|(_, fate)| matches!(fate, Fate::Open { .. }))
    }
}

/// What is so in one span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What becomes of IPv4 and of IPv6; of one packet's own family alone.
    pub families: Vec<(&'static str, Fate)>,
    /// What leads from one to the other past the gateways, each with its line.
    pub joints: Vec<Note>,
    /// A way through others that pass on what they receive, where none is direct.
    pub by_others: Option<Vec<String>>,
}

/// What becomes of the packets of one family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Some arrive.
    Open {
        /// `tcp/53`, `tcp/88`.
        on: Vec<String>,
        /// Of what was asked, what does not arrive.
        not_on: Vec<String>,
        /// Addresses, when not all of an end's.
        only: Vec<String>,
        /// One that arrives.
        story: Story,
    },
    /// None arrives on what was asked.
    Closed {
        /// What does arrive, that was not asked for.
        but_on: Vec<String>,
        /// The story of one, up to what stops it.
        story: Story,
    },
    /// None can be sent: why.
    Nothing(String),
    /// The sets say one thing and the rules another: a mistake in etanche.
    Torn(Story),
}

/// Answers a question about the devices that were read back.
///
/// # Errors
/// [`Unclear`] when a filter has no meaning, or the packet sets grow past their budget.
pub fn answer(
    net: &Network,
    devices: &[ReadDevice],
    sources: &Sources,
    decided: &BTreeMap<Claim, Verdict>,
    question: &Question,
    limits: Limits,
) -> Result<Answer, Unclear> {
    if let Some(link) = link::between(net, devices, sources, question) {
        return Ok(Answer { title: title(net, question), link: Some(link), ..Answer::default() });
    }
    let mut world = World::new(net, devices, sources, limits)?;
    let mut cases: Vec<(Vec<usize>, Case)> = Vec::new();
    let asked = |number: &usize| question.epoch.is_none_or(|only| only == *number);
    for (number, epoch) in net.epochs.iter().enumerate().filter(|(number, _)| asked(number)) {
        let openings = world.openings(number)?;
        let walker = Walker::new(net, devices, sources, epoch.clock());
        let joints = joints(net, &world, &openings, question, sources);
        let space = &mut Space::new(limits);
        let case = Asking { net, question, world: &world, openings, walker, space }.case(joints)?;
        match cases.iter_mut().find(|(_, known)| *known == case) {
            Some((epochs, _)) => epochs.push(number),
            None => cases.push((vec![number], case)),
        }
    }
    Ok(Answer {
        title: format!("{}{}", title(net, question), during(net, question)),
        cases: cases.into_iter().map(|(epochs, case)| (network::spans(net, &epochs), case)).collect(),
        policy: said::policy(net, question),
        given_up: said::given_up(net, sources, question),
        claims: said::claims(net, question, decided),
        link: None,
    })
}

/// `0000001B.pedago -> csm.pupils on proxy`; `tcp 10.128.0.10:49152 -> 10.0.49.10:3128, 0000001B.pedago -> csm.pupils`.
fn title(net: &Network, question: &Question) -> String {
    let is_for_nobody = question.is_for_nobody(net);
    let to = if is_for_nobody { "nobody".to_owned() } else { network::label(net, &question.to) };
    let ends = format!("{} -> {to}", network::label(net, &question.from));
    match (&question.packet, &question.service) {
        (Some(packet), _) => format!("{packet}, {ends}"),
        (None, Some((word, _))) => format!("{ends} on {word}"),
        (None, None) => ends,
    }
}

/// `, from 2027-06-14 until 2027-07-02`, when one epoch alone is asked about.
fn during(net: &Network, question: &Question) -> String {
    question.epoch.map_or(String::new(), |number| format!(", {}", net.epochs[number].title))
}

/// What leads from one end to the other past the gateways.
fn joints(net: &Network, world: &World, openings: &Openings, question: &Question, sources: &Sources) -> Vec<Note> {
    let (from, to) = (ends::nodes(net, &question.from), ends::nodes(net, &question.to));
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (*a, *b)));
    let all = pairs.flat_map(|(a, b)| world.joints(openings, a, b));
    all.map(|joint| Note { kind: "joined", at: sources.cite(joint.span), text: joint.why }).collect()
}

/// One question in one epoch.
struct Asking<'a, 's> {
    net: &'a Network,
    question: &'a Question,
    world: &'s World<'a>,
    openings: Openings,
    walker: Walker<'a>,
    space: &'s mut Space,
}

impl Asking<'_, '_> {
    fn case(mut self, joints: Vec<Note>) -> Result<Case, Unclear> {
        let all = self.open()?;
        let mut families = Vec::new();
        for (name, v6) in [("IPv4", false), ("IPv6", true)] {
            if self.question.packet.is_none_or(|packet| (packet.get(Field::Family) == family::V6) == v6) {
                families.push((name, self.family(all, v6)?));
            }
        }
        let is_open = families.iter().any(|(_, fate)| matches!(fate, Fate::Open { .. }));
        let by_others = if is_open || self.question.is_for_nobody(self.net) { None } else { self.by_others() };
        Ok(Case { families, joints, by_others })
    }

    /// Every packet by which one end opens to the other, on anything.
    fn open(&mut self) -> Result<PacketSet, Unclear> {
        let (from, to) = (&self.question.from, &self.question.to);
        let mut sets = Vec::new();
        for a in ends::nodes(self.net, from) {
            for b in ends::nodes(self.net, to).into_iter().chain(ends::by_wan(from, to)) {
                sets.extend(self.world.direct(&self.openings, [a, b], self.space)?);
            }
        }
        let mut set = self.space.union_all(&sets)?;
        let seen = ends::seen_from(self.net, from, to).map(|seen| vec![seen.into()]);
        let source = seen.unwrap_or_else(|| ends::restricted(self.net, from));
        for (field, nets) in [(Field::Src, source), (Field::Dst, ends::restricted(self.net, to))] {
            if !nets.is_empty() {
                let these: Vec<FieldProduct> = nets.iter().map(|n| within(field, n)).collect();
                let these = self.space.products(&these)?;
                set = self.space.intersect(set, these)?;
            }
        }
        Ok(set)
    }

    /// The one packet that is asked about, as its last gateway sees it.
    fn one(&self) -> Option<Packet> {
        self.question.packet.map(|packet| ends::as_met(self.net, &self.question.from, &self.question.to, packet))
    }

    /// What was asked for, of a set.
    fn asked(&mut self, set: PacketSet) -> Result<PacketSet, Unclear> {
        if let Some(packet) = self.one() {
            let one = self.space.product(&ends::exactly(&packet))?;
            return Ok(self.space.intersect(set, one)?);
        }
        let Some((_, items)) = &self.question.service else { return Ok(set) };
        let items: Vec<FieldProduct> = items.iter().map(|l4| service::product(*l4)).collect();
        let asked = self.space.products(&items)?;
        Ok(self.space.intersect(set, asked)?)
    }

    fn family(&mut self, all: PacketSet, v6: bool) -> Result<Fate, Unclear> {
        let family = self.space.product(&if v6 { FieldProduct::v6() } else { FieldProduct::v4() })?;
        let all = self.space.intersect(all, family)?;
        let part = self.asked(all)?;
        let natural = self.natural(v6);
        if part.is_empty() {
            return match natural {
                Ok(packet) => {
                    let all = self.beside(all)?;
                    self.closed(packet, all)
                }
                Err(why) => Ok(Fate::Nothing(why)),
            };
        }
        let mut prefer = Vec::new();
        if let Ok(packet) = natural {
            prefer.extend([Field::Src, Field::Dst].map(|f| FieldProduct::any().with_value(f, packet.get(f))));
        }
        let found = self.space.witness_preferring(part, &prefer).map(|found| packet::headers(&found));
        let packet = self.one().or(found).expect("a set that is not empty has a packet");
        let story = self.follow(packet)?;
        if !self.arrives(&story.ending) {
            let is_exact = ends::by_wan(&self.question.from, &self.question.to).is_none();
            let but_on = Vec::new();
            return Ok(if is_exact { Fate::Torn(story) } else { Fate::Closed { but_on, story } });
        }
        let (not_on, only) = (self.not_on(part, v6)?, self.only(part, v6));
        Ok(Fate::Open { on: service::open_on(self.space, part)?, not_on, only, story })
    }

    /// What else may be open where a packet is not: what its own two addresses open, or all of both ends.
    fn beside(&mut self, all: PacketSet) -> Result<PacketSet, Unclear> {
        let Some(packet) = self.one() else { return Ok(all) };
        let these = self.space.product(&ends::between(&packet))?;
        Ok(self.space.intersect(all, these)?)
    }

    /// A gateway's own system is in no set: what its filter does with the packet is the answer.
    fn closed(&mut self, packet: Packet, all: PacketSet) -> Result<Fate, Unclear> {
        let story = self.follow(packet)?;
        if !self.arrives(&story.ending) {
            return Ok(Fate::Closed { but_on: service::open_on(self.space, all)?, story });
        }
        match self.question.from {
            End::Gateway(_) | End::Supervision(_) => {
                let one = self.space.product(&ends::exactly(&packet))?;
                let on = service::open_on(self.space, one)?;
                let least = |one| if self.question.packet.is_some() { one } else { format!("{one} at least") };
                let on = on.into_iter().map(least).collect();
                Ok(Fate::Open { on, not_on: Vec::new(), only: Vec::new(), story })
            }
            _ => Ok(Fate::Torn(story)),
        }
    }

    fn follow(&mut self, packet: Packet) -> Result<Story, Unclear> {
        let door = ends::door(self.net, &self.question.from, &self.question.to);
        let sent = || ends::as_sent(self.net, &self.question.from, &self.question.to, packet);
        self.walker.follow(door, self.question.packet.unwrap_or_else(sent))
    }

    fn arrives(&self, ending: &Ending) -> bool {
        match (ending, &self.question.to) {
            (Ending::Zone(z), End::Zone(to)) => z == to,
            (Ending::Zone(z), End::Host(h)) => self.net.hosts[h.index()].zones.contains(z),
            (Ending::Process(p), End::Process(to)) => p == to,
            (Ending::Process(p), End::Gateway(s) | End::Supervision(s)) => self.net.processes[p.index()].site == *s,
            (Ending::Gateway(s), End::Gateway(to) | End::Supervision(to)) => s == to,
            (Ending::Internet, End::Internet(_)) => true,
            _ => false,
        }
    }

    /// A packet that an ordinary machine would send; or why it cannot.
    fn natural(&self, v6: bool) -> Result<Packet, String> {
        if let Some(packet) = self.one() {
            return Ok(packet);
        }
        let l4 = self.natural_service(v6)?;
        let (from, to) = (&self.question.from, &self.question.to);
        let family = if v6 { "IPv6" } else { "IPv4" };
        let missing = |end: &End| format!("nothing: `{}` has no {family} address", network::label(self.net, end));
        let public = ends::found_at(self.net, from, to).filter(|_| !v6);
        let dst = public.or_else(|| ends::address(self.net, to, Side::To, v6)).ok_or_else(|| missing(to))?;
        let own = match from {
            End::Gateway(site) => self.walker.own_source(*site, dst).filter(|a| a.is_ipv6() == v6),
            _ => None,
        };
        let src = own.or_else(|| ends::address(self.net, from, Side::From, v6)).ok_or_else(|| missing(from))?;
        Ok(packet::opener(src, dst, l4, packet::CLIENT))
    }

    fn natural_service(&self, v6: bool) -> Result<L4, String> {
        let fits = |l4: &&L4| l4.is_carried_by(v6);
        match &self.question.service {
            Some((word, items)) => items
                .iter()
                .find(fits)
                .copied()
                .ok_or_else(|| format!("nothing: `{word}` has no packet of {}", if v6 { "IPv6" } else { "IPv4" })),
            None => Ok(ends::usual_service(self.net, &self.question.from, &self.question.to, v6)),
        }
    }

    /// Items of the service that nothing arrives on.
    fn not_on(&mut self, part: PacketSet, v6: bool) -> Result<Vec<String>, Unclear> {
        let Some((_, items)) = &self.question.service else { return Ok(Vec::new()) };
        let mut left = Vec::new();
        for l4 in items.iter().filter(|l4| l4.is_carried_by(v6)) {
            let item = self.space.product(&service::product(*l4))?;
            let family = self.space.product(&if v6 { FieldProduct::v6() } else { FieldProduct::v4() })?;
            let item = self.space.intersect(item, family)?;
            if !self.space.overlaps(part, item) {
                left.extend(service::open_on(self.space, item)?);
            }
        }
        Ok(left)
    }

    /// Addresses, where they are not all of a zone's.
    fn only(&self, part: PacketSet, v6: bool) -> Vec<String> {
        if self.question.packet.is_some() {
            return Vec::new();
        }
        let sides = [("from", Field::Src, &self.question.from), ("to", Field::Dst, &self.question.to)];
        let narrow = sides.into_iter().filter_map(|(word, field, end)| {
            let End::Zone(zone) = end else { return None };
            let whole = self.net.zone(*zone).nets().into_iter().find(|n| matches!(n, IpNet::V6(_)) == v6)?;
            // The gateway's own address is no machine of the zone.
            let own = ends::own(self.net, *zone, v6).map(number);
            let values = ends::as_at_home(self.net, *zone, &self.space.values(part, field));
            let is_all = IntervalSet::from(interval(&whole)).is_subset(&values.union(&IntervalSet::points(own)));
            (!is_all && values.iter().len() <= 4).then(|| format!("{word} {}", ranges(&values, v6)))
        });
        narrow.collect()
    }

    fn by_others(&self) -> Option<Vec<String>> {
        let (from, to) = (ends::nodes(self.net, &self.question.from), ends::nodes(self.net, &self.question.to));
        let mut ways = from.iter().flat_map(|a| to.iter().filter_map(|b| self.openings.by_others(*a, *b)));
        ways.find(|way| way.len() > 2).map(|way| way.iter().map(|node| ends::node_label(self.net, *node)).collect())
    }
}

fn interval(net: &IpNet) -> Interval {
    Interval::new(number(net.network()), number(net.broadcast()))
}

fn within(field: Field, net: &IpNet) -> FieldProduct {
    let family = if matches!(net, IpNet::V6(_)) { FieldProduct::v6() } else { FieldProduct::v4() };
    family.with(field, interval(net))
}

fn ranges(values: &IntervalSet, v6: bool) -> String {
    let address = |value: u128| -> IpAddr {
        match u32::try_from(value) {
            Ok(four) if !v6 => Ipv4Addr::from(four).into(),
            _ => Ipv6Addr::from(value).into(),
        }
    };
    let one = |span: Interval| match (address(span.lo), address(span.hi)) {
        (low, high) if low == high => low.to_string(),
        (low, high) => format!("{low} to {high}"),
    };
    values.iter().map(one).collect::<Vec<_>>().join(", ")
}
