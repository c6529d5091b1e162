//! What a gateway cuts at an instant of what was let in before: connections of the flows that do not hold now, both ways,
//! but for those that a flow which holds now would open too.

use std::collections::BTreeSet;

use super::super::algebra::{Sets, answers, services};
use super::{AGAINST_THE_OPENER, Gate, Hooks, WITH_THE_OPENER};
use crate::network::{Flow, Leg, Port};
use crate::packets::{Field, FieldProduct, PacketSet, state};

impl Gate<'_> {
    /// The established packets that no longer pass each hook; none of them without a flow that is closed.
    pub(super) fn ended(&mut self, open: &[(&Flow, &Leg)], closed: &[(&Flow, &Leg)]) -> Sets<Hooks> {
        let crossed: BTreeSet<(Port, Port)> = closed.iter().map(|(_, leg)| (leg.enters, leg.leaves)).collect();
        let beside: Vec<_> = open.iter().copied().filter(|(_, l)| crossed.contains(&(l.enters, l.leaves))).collect();
        let (mut cut, kept) = (self.connections(closed)?, self.connections(&beside)?);
        for (ended, kept) in cut.sets_mut().into_iter().zip([kept.input, kept.forward, kept.output, kept.leave]) {
            *ended = self.space.minus(*ended, kept)?;
        }
        Ok(cut)
    }

    /// Established packets of flows where each hook sees them: none is judged by its connection as it leaves.
    fn connections(&mut self, flows: &[(&Flow, &Leg)]) -> Sets<Hooks> {
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
