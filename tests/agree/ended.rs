//! Whose connections a permit that ended cuts: single packets, judged by tracing the rules that would be written, on the day
//! after. Text and intent could be wrong alike here; what people were promised is said once more, packet by packet.

use std::cell::RefCell;
use std::net::Ipv4Addr;

use etanche::config::filter::Hook;
use etanche::config::meaning::{Interfaces, accepted, trace};
use etanche::config::{Bundle, Filter};
use etanche::diagnostics::{Sink, Sources};
use etanche::dialects;
use etanche::packets::{Field, Packet, proto, state, uid};
use etanche::pipeline::{Options, Workspace, run_with};

use super::whole;

const PROFILE: &str = "policies/profiles/lycee-cible1.yaml";
const GATEWAY: &str = "0000002C/gateway";
const SHARED: &str = "  - allow: staff, pupils -> internet on web\n    because: sortie Internet locale (Cible 1)\n";
const APART: &str = "  - allow: staff -> internet on web
    because: sortie Internet locale (Cible 1)
    until: 2027-03-31
  - allow: pupils -> internet on web
    because: sortie Internet locale (Cible 1)
";

/// Days before and after the last one, in seconds since 1970.
const WITHIN: u64 = 1_798_761_600;
const AFTER: u64 = 1_811_808_000;
/// Accounts of the proxies.
const STAFF: u128 = 6001;
const PUPILS: u128 = 6002;
const EXIT: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 130);
const SERVER: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 10);

/// The gateway's filter, with two proxies whose permits differ in their days.
fn gateway() -> Bundle {
    let mut workspace: Workspace = whole();
    let (_, text) = workspace.policy.iter_mut().find(|(path, _)| path == PROFILE).expect("the profile");
    assert!(text.contains(SHARED), "the line of both proxies");
    *text = text.replace(SHARED, APART);
    let files = RefCell::new(None);
    let run = run_with(&workspace, Options::default(), &|outputs| {
        let own = outputs.iter().find(|output| output.path == GATEWAY).expect("the gateway");
        *files.borrow_mut() = Some(own.files.clone());
    });
    assert!(run.proven.is_some(), "two proxies with different days are proved");
    let files = files.into_inner().expect("texts");
    dialects::read(&files, GATEWAY, &mut Sources::default(), &mut Sink::default()).expect("readable")
}

/// What a proxy sends to a server outside, or the answer of it.
fn packet(filter: &Interfaces, user: u128, known: u128) -> Packet {
    let wan = filter.number("eth0").expect("the WAN");
    let number = |address: Ipv4Addr| u128::from(u32::from(address));
    let base = Packet::default().with(Field::Proto, proto::TCP).with(Field::Hops, 64).with(Field::State, known);
    if known == state::ESTABLISHED_REPLY {
        let there = base.with(Field::In, wan).with(Field::Uid, uid::NONE).with(Field::Ipsec, 0);
        let ends = there.with(Field::Src, number(SERVER)).with(Field::Dst, number(EXIT));
        return ends.with(Field::Sport, 443).with(Field::Dport, 50_000);
    }
    let there = base.with(Field::Out, wan).with(Field::Uid, user);
    there
        .with(Field::Src, number(EXIT))
        .with(Field::Dst, number(SERVER))
        .with(Field::Sport, 50_000)
        .with(Field::Dport, 443)
}

fn passes(filter: &Filter, interfaces: &Interfaces, packet: &Packet, now: u64) -> bool {
    let hook = if packet.get(Field::State) == state::ESTABLISHED_REPLY { Hook::Input } else { Hook::Output };
    accepted(&trace(filter, interfaces, hook, packet, now).expect("a closed filter"))
}

#[test]
fn a_permit_of_one_process_that_ended_cuts_no_other_process() {
    let bundle = gateway();
    let filter = bundle.filter.as_ref().expect("a filter");
    let links = bundle.host.iter().flat_map(|host| &host.links).map(|link| link.name.clone());
    let interfaces = Interfaces::new(links).covering(filter);
    let sent = |user| packet(&interfaces, user, state::ESTABLISHED);
    let answer = packet(&interfaces, uid::NONE, state::ESTABLISHED_REPLY);
    for user in [STAFF, PUPILS] {
        assert!(passes(filter, &interfaces, &sent(user), WITHIN), "{user}, within the days of both");
    }
    assert!(!passes(filter, &interfaces, &sent(STAFF), AFTER), "its days are over");
    assert!(passes(filter, &interfaces, &sent(PUPILS), AFTER), "its permit has no last day");
    assert!(passes(filter, &interfaces, &answer, AFTER), "what answers may be the other's");
}
