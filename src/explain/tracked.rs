//! What connection tracking remembers of one connection at each gateway: its first packet as it came in, as filters saw it,
//! as it left. It says what an answer is there: whether it is one, and which translation is undone.

use super::packet::{answer_to, same_ends};
use crate::network::SiteId;
use crate::packets::{Field, Packet, state};

/// One connection, gateway by gateway in the order of its first packet.
#[derive(Debug, Default)]
pub(super) struct Tracked {
    seen: Vec<Seen>,
}

/// Its first packet at one gateway.
#[derive(Debug)]
struct Seen {
    site: SiteId,
    came: Packet,
    inside: Packet,
    left: Packet,
}

impl Tracked {
    /// The first packet comes in, and is led on as filters see it.
    pub(super) fn comes(&mut self, site: SiteId, came: Packet, inside: Packet) {
        self.seen.push(Seen { site, came, inside, left: inside });
    }

    /// It leaves the gateway where it was seen last.
    pub(super) fn leaves(&mut self, packet: Packet) {
        if let Some(last) = self.seen.last_mut() {
            last.left = packet;
        }
    }

    /// Where the first packet was seen last, and the answer of who took it there.
    pub(super) fn answer(&self) -> Option<(SiteId, Packet)> {
        let last = self.seen.last()?;
        Some((last.site, answer_to(&last.left)?))
    }

    /// An answer that comes to a gateway, as its filters see it; None when this gateway has not seen what it answers.
    pub(super) fn back_inside(&self, site: SiteId, packet: &Packet) -> Option<Packet> {
        self.turned(site, packet, |seen| (seen.left, seen.inside))
    }

    /// An answer past the filters of a gateway, as it leaves; None likewise.
    pub(super) fn back_outside(&self, site: SiteId, packet: &Packet) -> Option<Packet> {
        self.turned(site, packet, |seen| (seen.inside, seen.came))
    }

    fn turned(&self, site: SiteId, packet: &Packet, sides: impl Fn(&Seen) -> (Packet, Packet)) -> Option<Packet> {
        let here = self.seen.iter().filter(|seen| seen.site == site).map(sides);
        let answered = here.filter_map(|(met, other)| Some((answer_to(&met)?, answer_to(&other)?)));
        let mut found = answered.filter(|(met, _)| same_ends(met, packet)).map(|(_, other)| other);
        let with = |turned: Packet| {
            let ends = [Field::Src, Field::Dst, Field::Sport, Field::Dport];
            let packet = ends.into_iter().fold(*packet, |packet, field| packet.with(field, turned.get(field)));
            packet.with(Field::State, state::ESTABLISHED_REPLY)
        };
        found.next().map(with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::packet::{CLIENT, opener};
    use crate::network::L4;

    fn sent(src: &str, dst: &str) -> Packet {
        opener(src.parse().expect("an address"), dst.parse().expect("an address"), L4::Tcp(443, 443), CLIENT)
    }

    /// A published machine: the destination is translated, then, at another gateway, the source.
    #[test]
    fn translation_is_undone_at_the_gateway_that_made_it() {
        let (here, there) = (SiteId(0), SiteId(1));
        let mut tracked = Tracked::default();
        tracked.comes(there, sent("10.0.0.1", "198.51.100.1"), sent("10.0.0.1", "198.51.100.1"));
        tracked.leaves(sent("203.0.113.1", "198.51.100.1"));
        tracked.comes(here, sent("203.0.113.1", "198.51.100.1"), sent("203.0.113.1", "10.1.0.1"));
        let (site, answer) = tracked.answer().expect("an answer");
        let shown = |packet: Option<Packet>| packet.map(|packet| packet.to_string()).unwrap_or_default();
        assert_eq!(
            (site, shown(Some(answer))),
            (here, "tcp 10.1.0.1:443 -> 203.0.113.1:49152 (established, reply)".into())
        );
        let inside = tracked.back_inside(here, &answer).expect("an answer to what it saw");
        let outside = tracked.back_outside(here, &inside);
        assert_eq!(shown(outside), "tcp 198.51.100.1:443 -> 203.0.113.1:49152 (established, reply)");
        let inside = tracked.back_inside(there, &outside.expect("an answer"));
        assert_eq!(shown(inside), "tcp 198.51.100.1:443 -> 10.0.0.1:49152 (established, reply)");
    }

    #[test]
    fn a_gateway_that_saw_nothing_knows_no_answer() {
        let mut tracked = Tracked::default();
        let asked = sent("10.0.0.1", "10.1.0.1");
        tracked.comes(SiteId(0), asked, asked);
        let (_, answer) = tracked.answer().expect("an answer");
        assert_eq!(tracked.back_inside(SiteId(1), &answer), None);
        assert_eq!(tracked.back_inside(SiteId(0), &asked), None);
    }
}
