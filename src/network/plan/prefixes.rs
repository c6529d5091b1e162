//! Prefixes that are asked, again and again, which of them meet another one.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

/// Prefixes, each with what it is of, in the order they were added.
pub(super) struct Prefixes<T> {
    rows: Vec<(IpNet, T)>,
    by_net: BTreeMap<IpNet, Vec<usize>>,
    lengths: BTreeSet<u8>,
}

impl<T> Prefixes<T> {
    /// Those that meet a prefix, in their order. Two prefixes that meet lie one inside the other.
    pub(super) fn meeting<'p>(&'p self, net: &IpNet) -> impl Iterator<Item = &'p (IpNet, T)> + use<'p, T> {
        let around = self.lengths.iter().filter(|length| **length < net.prefix_len()).filter_map(|length| {
            let wider = IpNet::new(net.network(), *length).ok()?.trunc();
            self.by_net.get(&wider)
        });
        let first = IpNet::new(net.network(), 0).expect("a length of every family");
        let last = IpNet::new(net.broadcast(), net.max_prefix_len()).expect("a length of its family");
        let inside =
            self.by_net.range(first..=last).filter(|(other, _)| net.contains(*other)).map(|(_, places)| places);
        let mut places: Vec<usize> = around.chain(inside).flatten().copied().collect();
        places.sort_unstable();
        places.into_iter().map(|place| &self.rows[place])
    }
}

impl<T> FromIterator<(IpNet, T)> for Prefixes<T> {
    fn from_iter<I: IntoIterator<Item = (IpNet, T)>>(rows: I) -> Self {
        let mut all = Self { rows: Vec::new(), by_net: BTreeMap::new(), lengths: BTreeSet::new() };
        for (net, of) in rows {
            all.by_net.entry(net.trunc()).or_default().push(all.rows.len());
            all.lengths.insert(net.prefix_len());
            all.rows.push((net, of));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_meet_are_found_and_no_other() {
        let nets = ["10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24", "10.2.0.0/16", "10.1.0.0/16", "2001:db8::/32", "::/0"];
        let nets: Vec<IpNet> = nets.iter().map(|net| net.parse().expect("a prefix")).collect();
        let all: Prefixes<usize> = nets.iter().enumerate().map(|(place, net)| (*net, place)).collect();
        for asked in &nets {
            let found: Vec<usize> = all.meeting(asked).map(|(_, place)| *place).collect();
            let each = nets.iter().enumerate().filter(|(_, net)| net.contains(asked) || asked.contains(*net));
            assert_eq!(found, each.map(|(place, _)| place).collect::<Vec<_>>(), "{asked}");
        }
    }
}
