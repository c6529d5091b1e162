//! Packets as machines send them, and as those that answer them do.

use std::net::IpAddr;

use super::route::number;
use crate::network::L4;
use crate::packets::family::{V4, V6};
use crate::packets::{Field, Packet, icmp_type, proto, state};

/// Types of ICMP and ICMPv6 that are answered, and by which (RFC 792, RFC 950, RFC 4443, RFC 4620): the kernel tracks no other
/// as a connection.
const ANSWERS4: [(u128, u128); 4] = [(8, 0), (13, 14), (15, 16), (17, 18)];
const ANSWERS6: [(u128, u128); 2] = [(128, 129), (139, 140)];

/// A port that a client would take.
pub(super) const CLIENT: u16 = 49152;

/// The first packet of a connection; what has no ports ignores the source's.
pub(super) fn opener(src: IpAddr, dst: IpAddr, l4: L4, sport: u16) -> Packet {
    let (protocol, port, sport) = match l4 {
        L4::Tcp(port, _) => (proto::TCP, u128::from(port), sport.into()),
        L4::Udp(port, _) => (proto::UDP, u128::from(port), sport.into()),
        L4::Icmp(kind) => (proto::ICMP, icmp_type(kind).lo, 0),
        L4::Icmp6(kind) => (proto::ICMPV6, icmp_type(kind).lo, 0),
    };
    Packet::default()
        .with(Field::Family, if dst.is_ipv6() { V6 } else { V4 })
        .with(Field::State, state::NEW)
        .with(Field::Hops, 64)
        .with(Field::Proto, protocol)
        .with(Field::Src, number(src))
        .with(Field::Dst, number(dst))
        .with(Field::Dport, port)
        .with(Field::Sport, sport)
}

/// What a packet says of itself; what gateways add is left out.
pub(super) fn headers(found: &Packet) -> Packet {
    const SAID: [Field; 8] =
        [Field::Family, Field::Proto, Field::Hops, Field::Dst, Field::Src, Field::Dport, Field::Sport, Field::State];
    SAID.into_iter().fold(Packet::default(), |packet, field| packet.with(field, found.get(field)))
}

/// The answer to a packet, as it is sent; None for what nobody answers.
pub(super) fn answer_to(packet: &Packet) -> Option<Packet> {
    let turned = headers(packet)
        .with(Field::State, state::ESTABLISHED_REPLY)
        .with(Field::Hops, 64)
        .with(Field::Src, packet.get(Field::Dst))
        .with(Field::Dst, packet.get(Field::Src));
    let protocol = packet.get(Field::Proto);
    if !proto::WITH_TYPES.contains(&protocol) {
        return Some(turned.with(Field::Sport, packet.get(Field::Dport)).with(Field::Dport, packet.get(Field::Sport)));
    }
    let answers = if protocol == proto::ICMP { &ANSWERS4[..] } else { &ANSWERS6[..] };
    let (kind, code) = (packet.get(Field::Dport) >> 8, packet.get(Field::Dport) & 0xff);
    let (_, answer) = answers.iter().find(|(asks, _)| *asks == kind)?;
    Some(turned.with(Field::Dport, (answer << 8) | code))
}

/// What connection tracking calls a packet that looks like an answer to nothing it saw: it starts a connection of its own
/// where any packet can, and is invalid elsewhere (a TCP handshake begins with SYN alone, an echo with a request).
pub(super) fn unasked(packet: Packet) -> Packet {
    let opens = !proto::WITH_TYPES.contains(&packet.get(Field::Proto)) && packet.get(Field::Proto) != proto::TCP;
    packet.with(Field::State, if opens { state::NEW } else { state::INVALID })
}

/// Two packets have the same two ends, on the same ports.
pub(super) fn same_ends(a: &Packet, b: &Packet) -> bool {
    const ENDS: [Field; 6] = [Field::Family, Field::Proto, Field::Dst, Field::Src, Field::Dport, Field::Sport];
    ENDS.into_iter().all(|field| a.get(field) == b.get(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(src: &str, dst: &str, l4: L4) -> Packet {
        opener(src.parse().expect("an address"), dst.parse().expect("an address"), l4, CLIENT)
    }

    #[test]
    fn an_answer_turns_the_ends_round() {
        let asked = sent("10.0.0.1", "10.0.1.1", L4::Tcp(443, 443));
        let answer = answer_to(&asked).expect("an answer");
        assert_eq!(answer.to_string(), "tcp 10.0.1.1:443 -> 10.0.0.1:49152 (established, reply)");
        let echo = sent("2001:db8::1", "2001:db8::2", L4::Icmp6(128));
        let answer = answer_to(&echo).expect("an answer");
        assert_eq!(answer.to_string(), "icmp6 echo-reply 2001:db8::2 -> 2001:db8::1 (established, reply)");
    }

    #[test]
    fn errors_are_not_answered() {
        assert_eq!(answer_to(&sent("10.0.0.1", "10.0.1.1", L4::Icmp(3))), None);
        assert_eq!(answer_to(&sent("10.0.0.1", "10.0.1.1", L4::Icmp(0))), None);
    }

    #[test]
    fn what_nobody_asked_for_is_no_answer() {
        let state = |l4| unasked(answer_to(&sent("10.0.0.1", "10.0.1.1", l4)).expect("an answer")).get(Field::State);
        assert_eq!(state(L4::Tcp(443, 443)), state::INVALID);
        assert_eq!(state(L4::Udp(53, 53)), state::NEW);
        assert_eq!(state(L4::Icmp(8)), state::INVALID);
    }
}
