//! The meaning of small filters, question by question.

use etanche::config::filter::{Action, Hook};
use etanche::config::meaning::{
    Interfaces, Unclear, accepted, arriving, filters_after_translation, pass, pieces, time_cuts, trace, translate,
};
use etanche::packets::{Field, FieldProduct, Packet, Space, proto};

use crate::common::{GATEWAY, forward, interfaces, script, table};

fn exit(rule: &str) -> String {
    table(&format!("chain exit {{\ntype nat hook postrouting priority srcnat; policy accept;\n{rule}\n}}"))
}

#[test]
fn instants_are_where_the_meaning_changes() {
    let filter = script(GATEWAY).expect("read");
    let cuts: Vec<_> = time_cuts(&filter).into_iter().collect();
    assert_eq!(cuts, [0, 1_813_269_600, 1_815_084_000]);
}

#[test]
fn filters_of_a_hook_stand_before_or_after_its_translation() {
    let filter = script(GATEWAY).expect("read");
    assert!(filters_after_translation(&filter, Hook::Output));
    let leave = "\nchain leave {\ntype filter hook postrouting priority srcnat + 10; policy accept;\n}";
    let nat = "chain exit {\ntype nat hook postrouting priority srcnat; policy accept;\n}";
    let after = script(&table(&format!("{nat}{leave}"))).expect("read");
    assert!(filters_after_translation(&after, Hook::Postrouting));
    assert!(!filters_after_translation(&script(&table(nat)).expect("read"), Hook::Postrouting));
}

/// Measured with a snat at each priority and a counter at each: the kernel translates at 100, whatever the chain says.
#[test]
fn the_priority_of_a_nat_chain_does_not_move_the_translation() {
    for (nat, filter, after) in [(50, 75, false), (50, 99, false), (50, 101, true), (200, 101, true), (200, 150, true)]
    {
        let text = table(&format!(
            "chain exit {{\ntype nat hook postrouting priority {nat}; policy accept;\n}}\n\
             chain leave {{\ntype filter hook postrouting priority {filter}; policy accept;\n}}"
        ));
        let read = script(&text).expect("read");
        assert_eq!(filters_after_translation(&read, Hook::Postrouting), after, "nat {nat}, filter {filter}");
    }
}

#[test]
fn source_translation_takes_its_own_family_and_frees_the_source_port() {
    let filter = script(&exit("snat ip to 192.0.2.1")).expect("read");
    let mut space = Space::default();
    let one = FieldProduct::tcp().with_value(Field::State, 0).with_value(Field::Sport, 50_000);
    let (v4, v6) = (one.intersect(&FieldProduct::v4()), one.intersect(&FieldProduct::v6()));
    let [v4, v6] = [v4, v6].map(|product| space.product(&product).expect("within budget"));
    let both = space.union(v4, v6).expect("within budget");
    let interfaces = interfaces();
    let found = pieces(&mut space, &filter, &interfaces, Hook::Postrouting, both, 0).expect("clear");
    assert_eq!(found.iter().map(|piece| piece.before).collect::<Vec<_>>(), [v4, v6]);
    let image = translate(&mut space, &filter, &interfaces, Hook::Postrouting, v4, 0).expect("clear");
    let source = u128::from(std::net::Ipv4Addr::new(192, 0, 2, 1).to_bits());
    assert_eq!(space.values(image, Field::Src).iter().map(|i| (i.lo, i.hi)).collect::<Vec<_>>(), [(source, source)]);
    assert_eq!(space.values(image, Field::Sport).iter().map(|i| (i.lo, i.hi)).collect::<Vec<_>>(), [(0, 65535)]);
}

#[test]
fn masquerading_without_a_known_address_is_unclear() {
    let filter = script(&exit("oifname \"eth1.10\" masquerade")).expect("read");
    let mut space = Space::default();
    let all = arriving(&mut space, &interfaces(), Hook::Postrouting).expect("within budget");
    let image = translate(&mut space, &filter, &interfaces(), Hook::Postrouting, all, 0);
    let message = "the address that `eth1.10` masquerades with is not known".to_owned();
    assert_eq!(image, Err(Unclear::Translation(message)));
}

#[test]
fn an_interface_without_number_is_unclear() {
    let filter = script(&forward("iifname \"eth9\" accept")).expect("read");
    let mut space = Space::default();
    let all = space.all();
    let passage = pass(&mut space, &filter, &Interfaces::default(), Hook::Forward, all, 0);
    assert_eq!(passage, Err(Unclear::Interface("eth9".into())));
    let covering = Interfaces::default().covering(&filter);
    assert!(pass(&mut space, &filter, &covering, Hook::Forward, all, 0).is_ok());
}

#[test]
fn a_trace_tells_each_rule_up_to_the_one_that_decides() {
    let filter = script(GATEWAY).expect("read");
    let interfaces = interfaces().covering(&filter);
    let number = |name| interfaces.number(name).expect("a number");
    let address = |text: &str| u128::from(text.parse::<std::net::Ipv4Addr>().expect("an address").to_bits());
    let packet = Packet::default()
        .with(Field::Proto, proto::TCP)
        .with(Field::In, number("eth1.10"))
        .with(Field::Out, number("eth1.30"))
        .with(Field::Uid, u128::from(u32::MAX))
        .with(Field::Src, address("10.128.4.9"))
        .with(Field::Dst, address("10.128.6.20"))
        .with(Field::Sport, 50_000)
        .with(Field::Dport, 443);
    let steps = trace(&filter, &interfaces, Hook::Forward, &packet, 0).expect("clear");
    let told: Vec<_> = steps.iter().map(|s| (s.chain.as_str(), s.rule, &s.action)).collect();
    let jump = |name: &str| Action::Jump(name.into());
    let expected = [
        ("forward", Some(0), &Action::ClampMss),
        ("forward", Some(1), &jump("antispoof")),
        ("forward", Some(2), &jump("state")),
        ("forward", Some(3), &jump("guards")),
        ("forward", Some(4), &jump("admin_servers")),
        ("admin_servers", Some(0), &Action::Accept),
        ("hardening", None, &Action::Accept),
    ];
    assert_eq!(told, expected);
    assert!(accepted(&steps));
    assert_eq!(steps[5].comment.as_deref(), Some("f1 policies/establishments/0000001B.yaml:40"));
}
