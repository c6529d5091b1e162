//! Packet sets against brute force, on a universe cut into a few thousand cells.
//!
//! Rules are random products whose endpoints are taken from a few cut points a field; so each set is constant between
//! two cuts, and one packet a cell decides. What a set must hold is said again here, packet by packet, without diagrams.
//!
//! | equation | test |
//! |---|---|
//! | `p in a ∪ b`, `a ∩ b`, `a \ b`, `¬a` as in logic | `set_operations_agree_with_logic` |
//! | same packets, same number, however built | `equal_sets_are_one_number` |
//! | `a ⊆ b` iff `a \ b = ∅`; overlap iff `a ∩ b ≠ ∅` | `questions_agree_with_operations` |
//! | image of rewriting, translation, projection: each packet has a source | `images_are_exact` |
//! | the first rule that matches decides | `the_first_rule_that_matches_decides` |
//! | witness in the set, preferences kept in turn | `a_witness_is_in_its_set` |
//! | boxes disjoint, together the set | `boxes_are_a_partition` |
//! | over budget: an error, the space still reads | `a_small_budget_is_an_error_and_nothing_else` |

use etanche::packets::{Decision, Field, FieldProduct, ImageError, Interval, IntervalSet};
use etanche::packets::{Limits, Packet, PacketSet, Space};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// One rule: for some fields, the ranges allowed. Said here without the types under test.
#[derive(Clone, Debug)]
struct Rule(Vec<(Field, Vec<(u128, u128)>)>);

/// What a case is about: the fields that vary and some rules over them.
#[derive(Clone, Debug)]
struct Case {
    fields: Vec<Field>,
    left: Vec<Rule>,
    right: Vec<Rule>,
}

fn cuts(field: Field) -> Vec<u128> {
    match field {
        Field::Family => vec![0, 1],
        Field::State => vec![0, 1, 2, 4, 5, 6],
        Field::Ipsec => vec![0, 1, 3],
        Field::Proto => vec![1, 6, 47, 58],
        Field::In | Field::Out => vec![0, 2, 7, 65535],
        Field::Uid => vec![0, 13, u128::from(u32::MAX)],
        Field::Hops => vec![0, 1, 64, 255],
        Field::Dst | Field::Src => {
            vec![0, 10, 20, u128::from(u32::MAX), 1 << 32, 1 << 100, u128::MAX]
        }
        Field::Dport => vec![0, 443, 2048, 2303, 65535],
        Field::Sport => vec![0, 1024, 49152, 65535],
    }
}

/// A value for each cell: the cuts, and what comes after each.
fn cells(field: Field) -> Vec<u128> {
    let after = cuts(field).into_iter().filter_map(|cut| cut.checked_add(1));
    let mut cells: Vec<_> = cuts(field).into_iter().chain(after.filter(|v| *v <= field.max())).collect();
    cells.sort_unstable();
    cells.dedup();
    cells
}

fn ranges(field: Field) -> impl Strategy<Value = Vec<(u128, u128)>> {
    let pair = (select(cuts(field)), select(cuts(field)));
    prop::collection::vec(pair.prop_map(|(a, b)| (a.min(b), a.max(b))), 1..3)
}

fn rule(fields: Vec<Field>) -> impl Strategy<Value = Rule> {
    let count = fields.len();
    subsequence(fields, 0..=count).prop_flat_map(|chosen| {
        let each: Vec<_> = chosen.into_iter().map(|field| (Just(field), ranges(field))).collect();
        each.prop_map(Rule)
    })
}

fn case() -> impl Strategy<Value = Case> {
    let others: Vec<_> =
        Field::ORDER.into_iter().filter(|field| ![Field::Family, Field::Proto].contains(field)).collect();
    subsequence(others, 3).prop_flat_map(|mut fields| {
        fields.extend([Field::Family, Field::Proto]);
        let rules = || prop::collection::vec(rule(fields.clone()), 0..5);
        (Just(fields.clone()), rules(), rules()).prop_map(|(fields, left, right)| Case { fields, left, right })
    })
}

/// One valid packet for each cell of the fields that vary; the others are 0.
fn packets(fields: &[Field]) -> Vec<Packet> {
    let mut all = vec![Packet::default()];
    for field in fields {
        let widen = |p: &Packet| cells(*field).into_iter().map(|v| p.with(*field, v)).collect::<Vec<_>>();
        all = all.iter().flat_map(widen).collect();
    }
    all.retain(is_valid);
    all
}

/// Which packets exist, said again.
fn is_valid(packet: &Packet) -> bool {
    let [family, proto, dport, sport] =
        [Field::Family, Field::Proto, Field::Dport, Field::Sport].map(|field| packet.get(field));
    let highest = packet.get(Field::Dst).max(packet.get(Field::Src));
    (family == 1 || highest < 1 << 32)
        && match proto {
            6 | 17 | 33 | 132 | 136 => true,
            1 | 58 => sport == 0,
            _ => sport == 0 && dport == 0,
        }
}

fn matches(rule: &Rule, packet: &Packet) -> bool {
    let within = |field: Field, (lo, hi): (u128, u128)| (lo..=hi).contains(&packet.get(field));
    is_valid(packet) && rule.0.iter().all(|(field, any)| any.iter().any(|range| within(*field, *range)))
}

fn any_matches(rules: &[Rule], packet: &Packet) -> bool {
    rules.iter().any(|rule| matches(rule, packet))
}

fn product(rule: &Rule) -> FieldProduct {
    rule.0.iter().fold(FieldProduct::any(), |product, (field, ranges)| {
        let values: IntervalSet = ranges.iter().map(|(lo, hi)| Interval::new(*lo, *hi)).collect();
        product.with(*field, values)
    })
}

fn build(space: &mut Space, rules: &[Rule]) -> PacketSet {
    let products: Vec<_> = rules.iter().map(product).collect();
    space.products(&products).expect("a few rules fit")
}

/// Each cell's packet is in the set exactly when it should be.
fn agrees(space: &Space, set: PacketSet, fields: &[Field], expected: impl Fn(&Packet) -> bool) {
    for packet in packets(fields) {
        assert_eq!(space.contains(set, &packet), expected(&packet), "{packet} {packet:?}");
    }
    assert!(space.is_subset(set, space.all()));
    match space.witness(set) {
        Some(witness) => assert!(expected(&witness), "witness {witness:?}"),
        None => assert_eq!(set, Space::EMPTY),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn set_operations_agree_with_logic(case in case()) {
        let mut space = Space::default();
        let (a, b) = (build(&mut space, &case.left), build(&mut space, &case.right));
        let left = |p: &Packet| any_matches(&case.left, p);
        let right = |p: &Packet| any_matches(&case.right, p);
        agrees(&space, a, &case.fields, left);
        let s = space.union(a, b).unwrap();
        agrees(&space, s, &case.fields, |p| left(p) || right(p));
        let s = space.intersect(a, b).unwrap();
        agrees(&space, s, &case.fields, |p| left(p) && right(p));
        let s = space.minus(a, b).unwrap();
        agrees(&space, s, &case.fields, |p| left(p) && !right(p));
        let s = space.complement(a).unwrap();
        agrees(&space, s, &case.fields, |p| is_valid(p) && !left(p));
    }

    #[test]
    fn equal_sets_are_one_number(case in case()) {
        let mut space = Space::default();
        let (a, b) = (build(&mut space, &case.left), build(&mut space, &case.right));
        let one_by_one: Vec<_> = case.left.iter().rev().map(|r| space.product(&product(r)).unwrap()).collect();
        prop_assert_eq!(a, space.union_all(&one_by_one).unwrap());
        let (not_a, not_b) = (space.complement(a).unwrap(), space.complement(b).unwrap());
        prop_assert_eq!(a, space.complement(not_a).unwrap());
        let neither = space.intersect(not_a, not_b).unwrap();
        prop_assert_eq!(space.union(a, b).unwrap(), space.complement(neither).unwrap());
        prop_assert_eq!(space.minus(a, b).unwrap(), space.intersect(a, not_b).unwrap());
        let (inside, outside) = space.partition(a, b).unwrap();
        prop_assert_eq!(a, space.union(inside, outside).unwrap());
        let mut other = Space::default();
        let copied = other.import(&space, &[a, b]).unwrap();
        let (a2, b2) = (build(&mut other, &case.left), build(&mut other, &case.right));
        prop_assert_eq!(copied, vec![a2, b2]);
    }

    #[test]
    fn a_copy_within_bounds_is_the_part_of_the_set_that_keeps_them(case in case()) {
        let mut space = Space::default();
        let a = build(&mut space, &case.left);
        for bounds in &case.right {
            let bounds = product(bounds);
            let within: Vec<_> = bounds.iter().map(|(field, values)| (field, values.clone())).collect();
            let mut other = Space::default();
            let copied = other.import_within(&space, a, &within).unwrap();
            let (whole, part) = (build(&mut other, &case.left), other.product(&bounds).unwrap());
            prop_assert_eq!(copied, other.intersect(whole, part).unwrap());
        }
    }

    #[test]
    fn questions_agree_with_operations(case in case(), field in select(&Field::ORDER[..])) {
        let mut space = Space::default();
        let (a, b) = (build(&mut space, &case.left), build(&mut space, &case.right));
        let size = space.size();
        let (subset, overlap) = (space.is_subset(a, b), space.overlaps(a, b));
        let values = space.values(a, field);
        prop_assert_eq!(size, space.size(), "a question builds nothing");
        prop_assert_eq!(subset, space.minus(a, b).unwrap().is_empty());
        prop_assert_eq!(overlap, !space.intersect(a, b).unwrap().is_empty());
        for value in cells(field) {
            let slice = space.product(&FieldProduct::any().with_value(field, value)).unwrap();
            prop_assert_eq!(values.contains(value), space.overlaps(a, slice));
        }
        let (rest, both) = (space.minus(a, b).unwrap(), space.intersect(a, b).unwrap());
        let total = space.count(rest) + space.count(both);
        prop_assert!((space.count(a) - total).abs() <= total * 1e-9);
    }

    #[test]
    fn images_are_exact(case in case(), at in 0..5_usize, pick in (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>())) {
        let mut space = Space::default();
        let (s, field) = (build(&mut space, &case.left), case.fields[at]);
        let before = |p: &Packet| any_matches(&case.left, p);
        let sources = |p: &Packet| {
            let all = if field == Field::Proto { (0..=255).collect() } else { cells(field) };
            let p = *p;
            all.into_iter().map(move |value| p.with(field, value))
        };
        let image = space.project(s, field).unwrap();
        agrees(&space, image, &case.fields, |p| is_valid(p) && sources(p).any(|q| before(&q)));

        let cut = |index: prop::sample::Index| *index.get(&cuts(field));
        let (to, ends) = (cut(pick.0), (cut(pick.1), cut(pick.2)));
        let whole = |p: &Packet| packets(&case.fields).into_iter().filter(before).all(|q| is_valid(&q.with(field, p.get(field))));
        match space.rewrite(s, field, to) {
            Ok(image) => agrees(&space, image, &case.fields, |p| {
                p.get(field) == to && sources(p).any(|q| before(&q))
            }),
            Err(error) => {
                prop_assert_eq!(error, ImageError::Unsound(field));
                let ports = [Field::Dport, Field::Sport].contains(&field) && !space.is_subset(s, space.with_ports());
                let fixed = [Field::Family, Field::Proto].contains(&field);
                prop_assert!(fixed || ports || !whole(&Packet::default().with(field, to)));
            }
        }
        let from = Interval::new(ends.0.min(ends.1), ends.0.max(ends.1));
        let source = |p: &Packet| {
            let value = p.get(field);
            let stays = !from.contains(value) && before(p);
            let moves = value.checked_sub(to).filter(|d| *d <= from.hi - from.lo);
            stays || moves.is_some_and(|d| before(&p.with(field, from.lo + d)))
        };
        if let Ok(image) = space.translate(s, field, from, to) {
            agrees(&space, image, &case.fields, source);
        }
    }

    #[test]
    fn the_first_rule_that_matches_decides(case in case()) {
        let mut space = Space::default();
        let rules: Vec<_> = case.left.iter().chain(&case.right).cloned().collect();
        let first = |p: &Packet| (0..).zip(&rules).find(|(_, r)| matches(r, p)).map(|(n, _)| n);
        let decision = decide(&mut space, &rules, 0);
        for packet in packets(&case.fields) {
            prop_assert_eq!(space.decider(decision, &packet), first(&packet));
        }
        let even = space.decided_by(decision, |tag| tag % 2 == 0).unwrap();
        agrees(&space, even, &case.fields, |p| first(p).is_some_and(|n| n % 2 == 0));
        let live = space.live_tags(decision);
        for tag in 0..rules.len() as u32 {
            let decided = space.decided_by(decision, |t| t == tag).unwrap();
            prop_assert_eq!(live.contains(&tag), !decided.is_empty());
        }
        let halves = [decide(&mut space, &case.left, 0), decide(&mut space, &case.right, case.left.len() as u32)];
        prop_assert_eq!(space.first_of(&halves).unwrap(), decision);
        prop_assert_eq!(space.otherwise(halves[0], halves[1]).unwrap(), decision);
        let inside = build(&mut space, &case.right);
        let clipped = space.within(halves[0], inside).unwrap();
        let expected = build(&mut space, &case.left);
        let expected = space.intersect(expected, inside).unwrap();
        prop_assert_eq!(space.decided(clipped).unwrap(), expected);
    }

    #[test]
    fn a_witness_is_in_its_set(case in case()) {
        let mut space = Space::default();
        let s = build(&mut space, &case.left);
        let preferences: Vec<_> = case.right.iter().map(product).collect();
        let Some(witness) = space.witness_preferring(s, &preferences) else {
            prop_assert!(s.is_empty());
            return Ok(());
        };
        prop_assert!(space.contains(s, &witness) && any_matches(&case.left, &witness));
        let mut left = s;
        for preference in &preferences {
            let preferred = space.product(preference).unwrap();
            let narrower = space.intersect(left, preferred).unwrap();
            left = if narrower.is_empty() { left } else { narrower };
        }
        prop_assert!(space.contains(left, &witness));
    }

    #[test]
    fn boxes_are_a_partition(case in case(), limit in 0..6_usize) {
        let mut space = Space::default();
        let s = build(&mut space, &case.left);
        let (boxes, truncated) = space.boxes(s, usize::MAX);
        prop_assert!(!truncated);
        prop_assert_eq!(space.products(&boxes).unwrap(), s);
        let mut seen = Space::EMPTY;
        for product in &boxes {
            let part = space.product(product).unwrap();
            prop_assert!(!part.is_empty() && !space.overlaps(seen, part));
            seen = space.union(seen, part).unwrap();
        }
        let (some, truncated) = space.boxes(s, limit);
        prop_assert_eq!(&some[..], &boxes[..limit.min(boxes.len())]);
        prop_assert_eq!(truncated, boxes.len() > limit);
    }

    #[test]
    fn a_small_budget_is_an_error_and_nothing_else(case in case(), room in 0..60_usize) {
        let mut wide = Space::default();
        let expected = build(&mut wide, &case.left);
        let start = Space::default().size().0;
        let mut narrow = Space::new(Limits { nodes: start + room, ..Limits::default() });
        let products: Vec<_> = case.left.iter().map(product).collect();
        match narrow.products(&products) {
            Ok(set) => prop_assert_eq!(narrow.witness(set), wide.witness(expected)),
            Err(over) => prop_assert!(over.nodes <= start + room),
        }
        prop_assert!(narrow.size().0 <= start + room);
        let all = narrow.all();
        prop_assert!(narrow.witness(all).is_some());
        prop_assert_eq!(narrow.intersect(all, all).unwrap(), all);
    }
}

fn decide(space: &mut Space, rules: &[Rule], first_tag: u32) -> Decision {
    let tagged: Vec<_> = rules.iter().map(product).zip(first_tag..).collect();
    space.first_match(&tagged).expect("a few rules fit")
}
