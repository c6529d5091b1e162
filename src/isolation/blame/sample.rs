//! The packet that is shown: one that an ordinary machine would send, and that neither a derogation covers nor a line of
//! `publish`.

use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::Words;
use crate::isolation::gates::{family, interval};
use crate::isolation::reach::{Means, Node};
use crate::packets::{Field, FieldProduct, IntervalSet, Packet};

/// Of the range for benchmarks (RFC 2544), which nobody has.
const OUTSIDE: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 10);

impl Words<'_, '_> {
    /// A packet that a real host of the zone would send: new, from an address of its own, of IPv4 where there is one.
    pub(super) fn natural(&self, step: usize) -> Option<Packet> {
        let edge = &self.graph.edges[step];
        let Means::Packets { set, home, .. } = &edge.means else { return None };
        let space = self.spaces.of(*home);
        let beyond = self.graph.beyond.get(&step).or_else(|| self.graph.published.beyond.get(&step));
        let set = beyond.copied().unwrap_or(*set);
        let ends = [(edge.from, Field::Src), (edge.to, Field::Dst)];
        let mut prefer = vec![FieldProduct::v4()];
        for v6 in [false, true] {
            prefer.extend(ends.iter().filter_map(|(node, field)| {
                Some(family(v6).with_value(*field, self.usual_address(*node, &space.values(set, *field), v6)?))
            }));
        }
        space.witness_preferring(set, &prefer)
    }

    /// The tenth address of a zone, or of what a far end may be; one that is nobody's of the Internet.
    fn usual_address(&self, node: Node, values: &IntervalSet, v6: bool) -> Option<u128> {
        match node {
            Node::Zone(z) => {
                let nets = self.net.zone(z).nets();
                nets.iter().find(|n| matches!(n, IpNet::V6(_)) == v6).map(|n| interval(n).lo + 10)
            }
            Node::Far(_) => values.iter().next().map(|i| i.hi.min(i.lo.saturating_add(10))),
            Node::Internet => (!v6).then(|| u32::from(OUTSIDE).into()),
            Node::Process(_) | Node::Gateway(_) => None,
        }
    }
}
