//! What a set of packets is open on, as people write services: `tcp/443`, `udp/16384-16484`, `icmp/echo`.

use super::arena::OverBudget;
use super::field::{Field, proto};
use super::interval::IntervalSet;
use super::product::FieldProduct;
use super::space::{PacketSet, Space};

/// Types of ICMP and ICMPv6 that have a word.
pub const ICMP_WORDS: [(&str, u8, u8); 2] = [("echo", 8, 128), ("unreachable", 3, 1)];

/// What a set of packets is open on: `tcp/53, tcp/88, udp/53`; `everything` when nothing is left out.
pub fn open_on(space: &mut Space, set: PacketSet) -> Result<Vec<String>, OverBudget> {
    let mut words = Vec::new();
    for span in space.values(set, Field::Proto).iter() {
        if span.hi > span.lo + 16 {
            words.push(if span.hi - span.lo > 200 {
                "everything".to_owned()
            } else {
                format!("protocols {} to {}", span.lo, span.hi)
            });
            continue;
        }
        for protocol in span.lo..=span.hi {
            let only = space.product(&FieldProduct::any().with_value(Field::Proto, protocol))?;
            let part = space.intersect(set, only)?;
            words.extend(of_protocol(protocol, &space.values(part, Field::Dport)));
        }
    }
    Ok(words)
}

fn of_protocol(protocol: u128, values: &IntervalSet) -> Vec<String> {
    let name = match protocol {
        proto::TCP => "tcp",
        proto::UDP => "udp",
        proto::ICMP => "icmp",
        proto::ICMPV6 => "icmp6",
        other => return vec![format!("protocol {other}")],
    };
    let typed = proto::WITH_TYPES.contains(&protocol);
    let shown = |value: u128| if typed { value >> 8 } else { value };
    let word = |value: u128| {
        let v6 = protocol == proto::ICMPV6;
        let known =
            ICMP_WORDS.iter().find(|(_, four, six)| typed && value == u128::from(if v6 { *six } else { *four }));
        known.map_or_else(|| value.to_string(), |(word, _, _)| (*word).to_owned())
    };
    let spans = values.iter().map(|span| match (shown(span.lo), shown(span.hi)) {
        (low, high) if low == high => format!("{name}/{}", word(low)),
        (0, high) if high >= shown(Field::Dport.max()) => format!("{name}, whatever the port"),
        (low, high) => format!("{name}/{low}-{high}"),
    });
    spans.collect()
}
