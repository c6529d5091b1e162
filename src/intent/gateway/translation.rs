//! Address translation: what leaves for outside takes a public address, what comes for a published service the address
//! of its machine; a machine of a private zone has another address beyond its gateway, both ways.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::super::algebra::{Sets, services};
use super::{Gate, Hooks};
use crate::network::{Flow, Leg, Port};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, ipsec, state};

/// New packets that take another address: of their source as they leave, of their destination as they come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Translation {
    /// Before they take it.
    pub packets: PacketSet,
    /// That address.
    pub address: Ipv4Addr,
}

impl Gate<'_> {
    /// Forwarded openers that leave by the WAN take the public address of their zone or host, but not inside a tunnel that
    /// is not ours; those of a machine that other sites see by another address take it as they enter a tunnel of ours.
    pub(super) fn exits(&mut self, flows: &[(&Flow, &Leg)], pass: &Hooks) -> Sets<Vec<Translation>> {
        let mut all: BTreeMap<Ipv4Addr, PacketSet> = BTreeMap::new();
        for (flow, leg) in flows {
            let Some(address) = leg.translated else { continue };
            let opening = self.opening(flow, leg, &FieldProduct::any())?;
            let passing = self.space.intersect(opening, pass.forward)?;
            let passing = if leg.leaves == Port::Wan { self.unprotected(passing)? } else { passing };
            let known = all.get(&address).copied().unwrap_or(self.space.empty());
            all.insert(address, self.space.union(known, passing)?);
        }
        Ok(all.into_iter().map(|(address, packets)| Translation { packets, address }).collect())
    }

    /// What comes in where a flow does, to the address that its service is met at, takes the address of the machine. Who may
    /// come is decided on the way through.
    pub(super) fn entries(&mut self, flows: &[(&Flow, &Leg)], arriving: PacketSet) -> Sets<Vec<Translation>> {
        let mut all: BTreeMap<Ipv4Addr, PacketSet> = BTreeMap::new();
        for (flow, leg) in flows {
            let (Some(met_at), [IpNet::V4(machine)]) = (leg.met_at, &leg.destination[..]) else { continue };
            let Some(enters) = self.port(leg.enters) else { continue };
            let to = FieldProduct::v4()
                .with_value(Field::State, state::NEW)
                .with_value(Field::In, enters)
                .with_value(Field::Dst, u32::from(met_at).into());
            let asked = self.space.products(&services(&flow.services, &to))?;
            let asked = self.space.intersect(asked, arriving)?;
            let known = all.get(&machine.addr()).copied().unwrap_or(self.space.empty());
            all.insert(machine.addr(), self.space.union(known, asked)?);
        }
        Ok(all.into_iter().map(|(address, packets)| Translation { packets, address }).collect())
    }

    /// Only tunnels whose far end is not ours protect what leaves by the WAN; without one the flag says nothing there.
    fn unprotected(&mut self, set: PacketSet) -> Sets<PacketSet> {
        if self.net.site(self.site).old_tunnels.is_empty() {
            return Ok(set);
        }
        let clear = FieldProduct::any().with(Field::Ipsec, IntervalSet::span(0, ipsec::ARRIVED));
        let clear = self.space.product(&clear)?;
        self.space.intersect(set, clear)
    }
}
