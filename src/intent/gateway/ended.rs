//! What a gateway cuts at an instant of what was let in before: connections of the flows that do not hold now, both ways,
//! but for those that a flow which holds now would open too.
//!
//! Of what the gateway sends, the account of a process says whose flows it can be of; of what comes to it, nothing does.

use std::collections::BTreeSet;

use super::super::algebra::{Sets, answers, services};
use super::{AGAINST_THE_OPENER, Gate, Hooks, WITH_THE_OPENER};
use crate::network::{Flow, Leg, Port, ProcessId};
use crate::packets::{Field, FieldProduct, PacketSet, state};

/// Flows with what each needs of the gateway.
type Legs<'f> = [(&'f Flow, &'f Leg)];

impl Gate<'_> {
    /// The established packets that no longer pass each hook; none of them without a flow that is closed.
    pub(super) fn ended(&mut self, open: &Legs<'_>, closed: &Legs<'_>) -> Sets<Hooks> {
        let mut ended = self.ended_of(open, closed)?;
        let system = self.system()?;
        let mut sent = vec![self.space.intersect(ended.output, system)?];
        let processes: Vec<(ProcessId, u32)> = self.net.processes_of(self.site).map(|(id, p)| (id, p.uid)).collect();
        for (id, uid) in processes {
            let cut = self.ended_of(&own(open, id), &own(closed, id))?.output;
            let account = self.space.product(&FieldProduct::any().with_value(Field::Uid, uid.into()))?;
            sent.push(self.space.intersect(cut, account)?);
        }
        ended.output = self.space.union_all(&sent)?;
        Ok(ended)
    }

    /// The same by interfaces, addresses and services alone.
    fn ended_of(&mut self, open: &Legs<'_>, closed: &Legs<'_>) -> Sets<Hooks> {
        let crossed: BTreeSet<(Port, Port)> = closed.iter().map(|(_, leg)| crosses(leg)).collect();
        let beside: Vec<_> = open.iter().copied().filter(|(_, leg)| crossed.contains(&crosses(leg))).collect();
        let (mut cut, kept) = (self.connections(closed)?, self.connections(&beside)?);
        for (ended, kept) in cut.sets_mut().into_iter().zip([kept.input, kept.forward, kept.output, kept.leave]) {
            *ended = self.space.minus(*ended, kept)?;
        }
        Ok(cut)
    }

    /// Established packets of flows where each hook sees them: none is judged by its connection as it leaves.
    fn connections(&mut self, flows: &Legs<'_>) -> Sets<Hooks> {
        let [mut input, mut forward, mut output] = [const { Vec::new() }; 3];
        for (flow, leg) in flows {
            let (there, back) = (self.with_the_opener(flow, leg)?, self.against_the_opener(flow, leg)?);
            match (leg.enters, leg.leaves) {
                (Port::Local(_), _) => (output.push(there), input.push(back)),
                (_, Port::Local(_)) => (input.push(there), output.push(back)),
                _ => (forward.push(there), forward.push(back)),
            };
        }
        let [input, forward, output] = [input, forward, output].map(|sets| self.space.union_all(&sets));
        Ok(Hooks { input: input?, forward: forward?, output: output?, leave: self.space.empty() })
    }

    fn with_the_opener(&mut self, flow: &Flow, leg: &Leg) -> Sets<PacketSet> {
        let base = FieldProduct::any().with_value(Field::State, state::ESTABLISHED);
        self.along(leg, base, &WITH_THE_OPENER, &services(&flow.services, &FieldProduct::any()))
    }

    fn against_the_opener(&mut self, flow: &Flow, leg: &Leg) -> Sets<PacketSet> {
        let base = FieldProduct::any().with_value(Field::State, state::ESTABLISHED_REPLY);
        self.along(leg, base, &AGAINST_THE_OPENER, &answers(&flow.services, &FieldProduct::any()))
    }
}

/// Flows that a socket of the process is an end of.
fn own<'f>(legs: &Legs<'f>, process: ProcessId) -> Vec<(&'f Flow, &'f Leg)> {
    let socket = Port::Local(Some(process));
    legs.iter().copied().filter(|(_, leg)| [leg.enters, leg.leaves].contains(&socket)).collect()
}

/// The interfaces that it crosses, whatever socket of the gateway is an end.
fn crosses(leg: &Leg) -> (Port, Port) {
    let outside = |port| if matches!(port, Port::Local(_)) { Port::Local(None) } else { port };
    (outside(leg.enters), outside(leg.leaves))
}
