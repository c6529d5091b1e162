//! Numbers for the interfaces of one device, and the packets that can meet each of its hooks.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::config::Filter;
use crate::config::filter::{Action, Hook, Value, Values};
use crate::packets::{Field, FieldProduct, Interval, IntervalSet, OverBudget, PacketSet, Space, iface, ipsec, uid};

/// Names to numbers: 0 none, 1 any that nobody declared, 2 the loopback, then names in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interfaces {
    names: Vec<String>,
    numbers: BTreeMap<String, u128>,
    addresses: BTreeMap<u128, Vec<IpAddr>>,
}

impl Interfaces {
    /// Numbers the names, each once.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let mut interfaces = Self::default();
        for name in names {
            interfaces.add(name.into());
        }
        interfaces
    }

    /// Also numbers the names that a filter uses and nobody declared, so that all of its matches have a meaning.
    #[must_use]
    pub fn covering(mut self, filter: &Filter) -> Self {
        for name in names(filter) {
            self.add(name.to_owned());
        }
        self
    }

    /// Says which addresses masquerading through an interface can write.
    #[must_use]
    pub fn with_addresses(mut self, name: &str, addresses: Vec<IpAddr>) -> Self {
        let number = self.add(name.to_owned());
        self.addresses.insert(number, addresses);
        self
    }

    fn add(&mut self, name: String) -> u128 {
        if let Some(known) = self.number(&name) {
            return known;
        }
        let number = iface::FIRST + self.names.len() as u128;
        self.numbers.insert(name.clone(), number);
        self.names.push(name);
        number
    }

    /// The number of a name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u128> {
        match name {
            "lo" => Some(iface::LO),
            _ => self.numbers.get(name).copied(),
        }
    }

    /// The name behind a number; `None` for no interface and for undeclared ones.
    #[must_use]
    pub fn name(&self, number: u128) -> Option<&str> {
        match number.checked_sub(iface::FIRST) {
            Some(nth) => self.names.get(usize::try_from(nth).ok()?).map(String::as_str),
            None => (number == iface::LO).then_some("lo"),
        }
    }

    /// Addresses of an interface, as far as they were said.
    #[must_use]
    pub fn addresses(&self, number: u128) -> &[IpAddr] {
        self.addresses.get(&number).map_or(&[], Vec::as_slice)
    }

    /// The numbers of interfaces that exist, [`iface::UNDECLARED`] among them.
    #[must_use]
    pub fn existing(&self) -> IntervalSet {
        let last = iface::LO + self.names.len() as u128;
        IntervalSet::span(iface::UNDECLARED, last)
    }
}

/// Interface names in a filter.
fn names(filter: &Filter) -> impl Iterator<Item = &str> {
    let sets = filter.sets.iter().flat_map(|set| &set.entries);
    let rules = filter.chains.iter().flat_map(|chain| &chain.rules);
    let inline = rules.clone().flat_map(|rule| &rule.matches);
    let inline = inline.filter_map(|m| match &m.values {
        Values::Inline(alternatives) => Some(alternatives.iter().flatten()),
        Values::Named(_) => None,
    });
    let dispatched = rules.filter_map(|rule| match &rule.action {
        Action::DispatchInline { entries, .. } => Some(entries),
        _ => None,
    });
    let entries = sets.chain(dispatched.flatten()).flat_map(|entry| &entry.values);
    entries.chain(inline.flatten()).filter_map(|value| match value {
        Value::Interface(name) => Some(name.as_str()),
        _ => None,
    })
}

/// The packets that can meet a hook: which interfaces they have, whether IPsec and a local process are known of them.
///
/// A packet has no interface of departure before routing, none of arrival when the device sends it; users are known of
/// local processes' packets only.
///
/// # Errors
/// When the space is full.
pub fn arriving(space: &mut Space, interfaces: &Interfaces, hook: Hook) -> Result<PacketSet, OverBudget> {
    let any = interfaces.existing();
    let none = IntervalSet::point(iface::NONE);
    let either = any.union(&none);
    let stranger = Interval::point(uid::NONE).into();
    let everyone = IntervalSet::span(0, uid::NONE);
    let flags = |bits: &[u128]| IntervalSet::points(bits.iter().copied());
    let came = flags(&[0, ipsec::ARRIVED]);
    let leaves = flags(&[0, ipsec::LEAVES]);
    let both = IntervalSet::span(0, ipsec::ARRIVED | ipsec::LEAVES);
    let (from, to, user, flags): (_, _, IntervalSet, _) = match hook {
        Hook::Prerouting | Hook::Input => (any, none, stranger, came),
        Hook::Forward => (any.clone(), any, stranger, both),
        Hook::Output => (none, any, everyone, leaves),
        Hook::Postrouting => (either, any, everyone, both),
    };
    space.product(
        &FieldProduct::any()
            .with(Field::In, from)
            .with(Field::Out, to)
            .with(Field::Uid, user)
            .with(Field::Ipsec, flags),
    )
}
