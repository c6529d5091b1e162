//! Titled cases: one sentence of the manual each. The equations are in `tests/packets.rs`.

use super::*;

fn v4(a: u8, b: u8, c: u8, d: u8) -> u128 {
    u128::from(u32::from_be_bytes([a, b, c, d]))
}

fn https() -> FieldProduct {
    FieldProduct::tcp().with_value(Field::Dport, 443)
}

fn set(space: &mut Space, product: &FieldProduct) -> PacketSet {
    space.product(product).expect("it fits")
}

#[test]
fn the_order_names_each_field_once_and_levels_are_its_inverse() {
    for (level, field) in (0..).zip(Field::ORDER) {
        assert_eq!(field.level(), level);
        assert_eq!(Field::at(level), Some(field));
    }
    assert_eq!(Field::at(12), None);
}

#[test]
fn interval_sets_are_sorted_disjoint_and_coalesced() {
    let set: IntervalSet =
        [(7, 9), (1, 3), (4, 5), (8, 12), (6, 2)].map(|(lo, hi)| Interval { lo, hi }).into_iter().collect();
    let shown: Vec<_> = set.iter().map(|i| (i.lo, i.hi)).collect();
    assert_eq!(shown, [(1, 5), (7, 12)]);
    assert_eq!(set.complement(9).iter().map(|i| (i.lo, i.hi)).collect::<Vec<_>>(), [(0, 0), (6, 6)]);
    assert_eq!(IntervalSet::empty().complement(u128::MAX), Field::Dst.domain().into());
    assert!(IntervalSet::from(Field::Dst.domain()).complement(u128::MAX).is_empty());
    assert!(set.contains(5) && !set.contains(6));
    assert_eq!(set.least_within(6, 8), Some(7));
    assert_eq!(set.least_within(13, 20), None);
}

#[test]
fn asking_twice_of_a_field_narrows_and_never_replaces() {
    let twice = https().with(Field::Dport, IntervalSet::points([80, 443]));
    assert_eq!(twice.get(Field::Dport), Some(&IntervalSet::point(443)));
    assert!(twice.with_value(Field::Dport, 80).is_empty());
}

#[test]
fn an_ipv4_packet_is_not_the_ipv6_packet_of_the_same_number() {
    let mut space = Space::default();
    let any = FieldProduct::any().with_value(Field::Dst, v4(10, 0, 0, 1));
    let (four, six) = (any.intersect(&FieldProduct::v4()), any.intersect(&FieldProduct::v6()));
    let (four, six) = (set(&mut space, &four), set(&mut space, &six));
    assert!(!space.overlaps(four, six));
    let beyond = FieldProduct::v4().with_value(Field::Dst, 1 << 32);
    assert_eq!(set(&mut space, &beyond), Space::EMPTY);
}

#[test]
fn ports_exist_for_protocols_with_ports_and_types_for_icmp() {
    let mut space = Space::default();
    let port = |protocol| FieldProduct::any().with_value(Field::Proto, protocol).with_value(Field::Dport, 2048);
    for protocol in proto::WITH_PORTS.into_iter().chain(proto::WITH_TYPES) {
        assert!(!set(&mut space, &port(protocol)).is_empty(), "{protocol}");
    }
    for protocol in [0, 2, proto::GRE, proto::ESP, proto::AH, 255] {
        assert!(set(&mut space, &port(protocol)).is_empty(), "{protocol}");
    }
    let typed = FieldProduct::any().with_value(Field::Proto, proto::ICMP).with_value(Field::Sport, 1);
    assert!(set(&mut space, &typed).is_empty());
}

#[test]
fn a_witness_is_an_ordinary_packet_when_the_set_has_one() {
    let mut space = Space::default();
    let rule = https()
        .intersect(&FieldProduct::v4())
        .with(Field::Src, IntervalSet::span(v4(10, 128, 0, 10), v4(10, 128, 0, 99)))
        .with_value(Field::Dst, v4(10, 128, 6, 20));
    let s = set(&mut space, &rule);
    let witness = space.witness(s).expect("not empty");
    assert_eq!(witness.to_string(), "tcp 10.128.0.10:49152 -> 10.128.6.20:443");
    assert_eq!((witness.get(Field::State), witness.get(Field::Hops)), (state::NEW, 64));
    let late = rule.with(Field::State, IntervalSet::span(1, 4)).with(Field::Sport, IntervalSet::span(0, 1023));
    let s = set(&mut space, &late);
    let shown = space.witness(s).map(|witness| witness.to_string());
    assert_eq!(shown.as_deref(), Some("tcp 10.128.0.10:0 -> 10.128.6.20:443 (established)"));
    assert_eq!(space.witness(Space::EMPTY), None);
}

#[test]
fn packets_are_shown_as_people_write_them() {
    let six =
        Packet::default().with(Field::Family, family::V6).with(Field::Src, 1).with(Field::Dst, 0x2001_0db8 << 96 | 2);
    let icmp = |kind: u8| six.with(Field::Proto, proto::ICMPV6).with(Field::Dport, icmp_type(kind).lo);
    let udp = six.with(Field::Proto, proto::UDP).with(Field::Sport, 5000).with(Field::Dport, 53);
    assert_eq!(udp.to_string(), "udp [::1]:5000 -> [2001:db8::2]:53");
    assert_eq!(icmp(128).to_string(), "icmp6 echo-request ::1 -> 2001:db8::2");
    let code = icmp(1).with(Field::Dport, icmp_type(1).lo + 4);
    assert_eq!(code.to_string(), "icmp6 destination-unreachable code 4 ::1 -> 2001:db8::2");
    assert_eq!(
        icmp(200).with(Field::State, state::UNTRACKED).to_string(),
        "icmp6 type 200 ::1 -> 2001:db8::2 (untracked)"
    );
    let esp = Packet::default().with(Field::Proto, proto::ESP);
    assert_eq!(esp.to_string(), "esp 0.0.0.0 -> 0.0.0.0");
    assert_eq!(esp.with(Field::Proto, 99).to_string(), "proto 99 0.0.0.0 -> 0.0.0.0");
}

#[test]
fn what_every_packet_satisfies_is_not_told() {
    let mut space = Space::default();
    let all = space.all();
    assert_eq!(space.boxes(all, 9), (vec![FieldProduct::any()], false));
    let s = set(&mut space, &https());
    assert_eq!(space.boxes(s, 9), (vec![https()], false));
    let esp = FieldProduct::v4().with_value(Field::Proto, proto::ESP);
    let s = set(&mut space, &esp);
    assert_eq!(space.boxes(s, 9), (vec![esp], false));
    assert_eq!(space.boxes(s, 0), (vec![], true));
    assert_eq!(space.boxes(Space::EMPTY, 0), (vec![], false));
}

#[test]
fn a_rewriting_that_would_lose_packets_is_refused() {
    let mut space = Space::default();
    let all = space.all();
    let refused = |field| Err(ImageError::Unsound(field));
    assert_eq!(space.rewrite(all, Field::Dst, 1 << 32), refused(Field::Dst), "an IPv4 packet cannot have it");
    assert_eq!(space.rewrite(all, Field::Dport, 80), refused(Field::Dport), "ESP has no ports");
    let ping = FieldProduct::any().with_value(Field::Proto, proto::ICMP);
    let ping = set(&mut space, &ping.with(Field::Dport, icmp_type(8)));
    assert_eq!(space.rewrite(ping, Field::Dport, 80), refused(Field::Dport), "a type is no port");
    assert_eq!(space.rewrite(all, Field::Proto, 6), refused(Field::Proto));
    assert_eq!(space.rewrite(all, Field::Hops, 256), refused(Field::Hops), "out of range");
    assert_eq!(space.rewrite_into(all, Field::Src, &IntervalSet::empty()), refused(Field::Src));
    assert_eq!(space.translate(all, Field::Hops, Interval::new(0, 255), 1), refused(Field::Hops));
    assert_eq!(space.rewrite(Space::EMPTY, Field::Proto, 6), Ok(Space::EMPTY), "nothing to lose");
}

#[test]
fn a_destination_translation_moves_an_address_and_leaves_the_others() {
    let mut space = Space::default();
    let to = |d| https().intersect(&FieldProduct::v4()).with(Field::Dst, IntervalSet::points(d));
    let before = set(&mut space, &to([v4(192, 0, 2, 9), v4(198, 51, 100, 1)]));
    let after = set(&mut space, &to([v4(10, 0, 0, 9), v4(198, 51, 100, 1)]));
    let public = Interval::new(v4(192, 0, 2, 0), v4(192, 0, 2, 255));
    assert_eq!(space.translate(before, Field::Dst, public, v4(10, 0, 0, 0)), Ok(after));
}

#[test]
fn a_rule_hidden_by_those_before_it_decides_nothing() {
    let mut space = Space::default();
    let rules = [
        (https(), 0),
        (FieldProduct::udp(), 1),
        (https().intersect(&FieldProduct::v6()), 2),
        (FieldProduct::any(), u32::MAX),
    ];
    let decision = space.first_match(&rules).expect("it fits");
    assert_eq!(space.live_tags(decision), [0, 1, u32::MAX]);
    let decided = space.decided(decision).expect("it fits");
    assert_eq!(decided, space.all());
}

#[test]
fn a_tagged_set_decides_like_the_rules_it_comes_from() {
    let mut space = Space::default();
    let s = set(&mut space, &https());
    let tagged = space.tagged(s, 7).expect("it fits");
    assert_eq!(space.first_match(&[(https(), 7)]), Ok(tagged));
    assert_eq!(space.first_match(&[]), Ok(space.undecided_everywhere()));
}

#[test]
fn a_full_space_says_so_and_can_still_be_read() {
    let full = Space::new(Limits { nodes: 0, ..Limits::default() });
    let mut space = full.clone();
    let over = space.product(&https()).expect_err("no room");
    assert_eq!(over.to_string(), format!("packet sets need more than the {} nodes they may have", full.size().0));
    assert_eq!(space.size(), full.size());
    assert!(space.witness(space.all()).is_some());
    let mut wide = Space::new(Limits { edges: full.size().1 + 2, ..Limits::default() });
    assert!(wide.product(&https()).is_err());
    let mut slow = Space::new(Limits { memo: 0, ..Limits::default() });
    assert!(slow.product(&https()).is_err());
}

#[test]
fn sets_of_two_spaces_have_one_shape_if_they_are_equal() {
    let (mut here, mut there) = (Space::default(), Space::default());
    set(&mut there, &FieldProduct::udp());
    let (a, b) = (set(&mut here, &https()), set(&mut there, &https()));
    assert_eq!(here.shape(a), there.shape(b));
    let other = set(&mut there, &https().intersect(&FieldProduct::v4()));
    assert_ne!(here.shape(a), there.shape(other));
    assert_ne!(here.shape(here.all()), here.shape(here.empty()));
}

#[test]
fn packets_are_counted_field_by_field() {
    let mut space = Space::default();
    let one = Field::ORDER.into_iter().fold(FieldProduct::any(), |p, field| p.with_value(field, 1));
    let mut count = |product: &FieldProduct| {
        let s = set(&mut space, product);
        space.count(s)
    };
    let tcp = one.clone().without(Field::Proto).with_value(Field::Proto, proto::TCP);
    assert_eq!(count(&one), 0.0, "ICMP has no source port");
    assert_eq!(count(&tcp), 1.0);
    assert_eq!(count(&tcp.clone().without(Field::Family)), 2.0);
    let v4 = tcp.without(Field::Family).with_value(Field::Family, family::V4);
    assert_eq!(count(&v4.without(Field::Src)), 2_f64.powi(32));
    assert_eq!(count(&FieldProduct::any().with(Field::Hops, IntervalSet::empty())), 0.0);
}

#[test]
fn addresses_of_ipv4_are_told_with_32_bits() {
    let mut space = Space::default();
    let high = FieldProduct::v4().with(Field::Dst, IntervalSet::span(v4(224, 0, 0, 0), family::V4_MAX));
    let s = set(&mut space, &high);
    assert_eq!(space.boxes(s, 9), (vec![high], false));
}

#[test]
fn a_full_space_tells_its_sets_at_more_length() {
    let rule = https().intersect(&FieldProduct::v4());
    let mut roomy = Space::default();
    set(&mut roomy, &rule);
    let mut full = Space::new(Limits { nodes: roomy.size().0, ..Limits::default() });
    let s = set(&mut full, &rule);
    assert_eq!(full.boxes(s, 9), (vec![rule], false));
}

#[test]
fn a_packet_that_cannot_exist_is_in_no_set() {
    let space = Space::default();
    let packet = Packet::default();
    assert!(space.contains(space.all(), &packet));
    for (field, value) in [(Field::Hops, 256), (Field::Sport, 1), (Field::Src, 1 << 32), (Field::Family, 2)] {
        assert!(!space.contains(space.all(), &packet.with(field, value)));
    }
}
