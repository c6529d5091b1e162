//! Each check of a tunnel, on both sides of the line.

use super::*;
use crate::config::Loc;

fn net(text: &str) -> IpNet {
    text.parse().expect("a prefix")
}

fn pair_of(local: &str, remote: &str) -> (IpNet, IpNet) {
    (net(local), net(remote))
}

fn auth(id: &str, cert: Option<&str>, authority: Option<&str>) -> Auth {
    let list = |text: Option<&str>| text.map(str::to_owned).into_iter().collect();
    Auth { certificate: true, id: Some(id.to_owned()), certs: list(cert), cacerts: list(authority) }
}

fn child() -> Child {
    Child {
        name: "a-b-v4".to_owned(),
        local: vec![net("10.1.0.0/24")],
        remote: vec![net("10.2.0.0/24")],
        esp: vec!["aes256gcm16-ecp384".to_owned()],
        ah: Vec::new(),
        mode: "tunnel".to_owned(),
        start_action: "trap".to_owned(),
        dpd_action: "trap".to_owned(),
        close_action: "trap".to_owned(),
        rekey_seconds: 3600,
        life_seconds: 3960,
        at: Loc::MADE,
    }
}

fn read() -> Tunnel {
    Tunnel {
        name: "to-csm".to_owned(),
        version: 2,
        local: IpAddr::from([192, 0, 2, 1]),
        remote: Some(IpAddr::from([192, 0, 2, 2])),
        proposals: vec!["aes256gcm16-prfsha384-ecp384".to_owned()],
        mobike: false,
        local_auth: auth("own.example", Some("own.example.pem"), None),
        remote_auth: auth("csm.example", None, Some("ca.pem")),
        if_id_in: Some(7),
        if_id_out: Some(7),
        dpd_seconds: 30,
        life_seconds: 15_840,
        unique: "replace".to_owned(),
        children: vec![child()],
        at: Loc::MADE,
    }
}

fn wanted() -> TunnelIntent {
    TunnelIntent {
        peer: "csm".to_owned(),
        interface: Some("xf-csm".to_owned()),
        own_address: IpAddr::from([192, 0, 2, 1]),
        peer_address: IpAddr::from([192, 0, 2, 2]),
        own_identity: "own.example".to_owned(),
        own_certificate: "own.example.pem".to_owned(),
        peer_identity: "csm.example".to_owned(),
        authority: "ca.pem".to_owned(),
        ike: vec!["aes256gcm16-prfsha384-ecp384".to_owned()],
        esp: vec!["aes256gcm16-ecp384".to_owned()],
        selectors: [pair_of("10.1.0.0/24", "10.2.0.0/24")].into(),
        origin: None,
    }
}

#[test]
fn the_intended_tunnel_passes() {
    assert!(connection(&read(), &wanted()).is_empty());
    assert!(peers(&read(), &wanted()).is_empty());
    assert!(protection(&child(), &wanted()).is_empty());
}

#[test]
fn a_policy_based_tunnel_has_no_interface_and_proposals_of_its_own() {
    let kept = TunnelIntent { interface: None, ike: Vec::new(), esp: Vec::new(), ..wanted() };
    let bare = Tunnel { if_id_in: None, if_id_out: None, ..read() };
    assert!(connection(&bare, &kept).is_empty());
    assert_eq!(connection(&read(), &kept), ["is bound to an interface, and the policy has none for it"]);
    let open = Tunnel { proposals: vec!["default".to_owned()], ..bare };
    assert_eq!(connection(&open, &kept), ["leaves its IKE proposals to the daemon"]);
}

#[test]
fn numbers_are_equal_in_both_directions() {
    let half = Tunnel { if_id_out: Some(8), ..read() };
    assert_eq!(connection(&half, &wanted()), ["is not bound to its interface `xf-csm` in both directions"]);
    let none = Tunnel { if_id_in: Some(0), if_id_out: Some(0), ..read() };
    assert_eq!(connection(&none, &wanted()).len(), 1);
}

#[test]
fn an_identity_is_exact_even_when_the_policy_says_a_pattern() {
    let pattern = TunnelIntent { peer_identity: "*".to_owned(), ..wanted() };
    let any = Tunnel { remote_auth: auth("*", None, Some("ca.pem")), ..read() };
    assert_eq!(peers(&any, &pattern), ["names its peer `*`, not `*`"]);
    let secret = Tunnel { remote_auth: Auth { certificate: false, ..read().remote_auth }, ..read() };
    assert_eq!(peers(&secret, &wanted()), ["does not prove its peer by certificate"]);
}

#[test]
fn selectors_are_the_same_pairs_each_once() {
    let wanted = wanted().selectors;
    let mut seen = BTreeSet::new();
    assert_eq!(pair(&mut seen, pair_of("10.1.0.0/24", "10.2.0.0/24"), &wanted), None);
    let again = pair(&mut seen, pair_of("10.1.0.0/24", "10.2.0.0/24"), &wanted);
    assert_eq!(again.as_deref(), Some("carries 10.1.0.0/24 to 10.2.0.0/24 a second time"));
    let wide = pair(&mut seen, pair_of("10.1.0.0/23", "10.2.0.0/24"), &wanted);
    assert!(wide.is_some_and(|s| s.starts_with("is too wide: it carries 10.1.0.0/23")));
    let turned = pair(&mut seen, pair_of("10.2.0.0/24", "10.1.0.0/24"), &wanted);
    assert_eq!(turned.as_deref(), Some("carries 10.2.0.0/24 to 10.1.0.0/24, which no flow needs"));
}

#[test]
fn keys_live_a_day_at_most() {
    for (seconds, passes) in [(0, false), (1, true), (86_400, true), (86_401, false)] {
        let child = Child { rekey_seconds: seconds, ..child() };
        assert_eq!(protection(&child, &wanted()).is_empty(), passes, "{seconds}");
    }
}

#[test]
fn keys_that_nobody_renews_end_all_the_same() {
    for (life_seconds, passes) in [(0, false), (1, true), (95_040, true), (95_041, false)] {
        let child = Child { life_seconds, ..child() };
        assert_eq!(protection(&child, &wanted()).is_empty(), passes, "child {life_seconds}");
        let tunnel = Tunnel { life_seconds, ..read() };
        assert_eq!(connection(&tunnel, &wanted()).is_empty(), passes, "IKE {life_seconds}");
    }
}
