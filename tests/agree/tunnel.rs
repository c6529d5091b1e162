//! Tunnels.

use crate::{Edit, all_told, tampered, workspace, workspace_with};

const FILE: &str = "0000001B/gateway/swanctl.conf";
const TUNNEL: &str = "isolation/tunnel-differs";
const PEER: &str = "isolation/peer-differs";
const SELECTOR: &str = "isolation/selector-differs";

const fn edit(from: &'static str, to: &'static str, code: &'static str, says: &'static str) -> Edit {
    Edit { file: FILE, from, to, code, says }
}

#[test]
fn a_tunnel_speaks_as_intended_with_its_one_peer() {
    all_told(&[
        edit("version = 2", "version = 0", TUNNEL, "another version of IKE"),
        edit("local_addrs = 198.51.100.1", "local_addrs = 198.51.100.129", TUNNEL, "stands on 198.51.100.129"),
        edit("remote_addrs = 203.0.113.10", "remote_addrs = %any", TUNNEL, "`to-csm` is a tunnel to anybody"),
        edit("remote_addrs = 203.0.113.10", "remote_addrs = 203.0.113.99", TUNNEL, "is a tunnel to 203.0.113.99"),
        edit("remote_addrs = 203.0.113.10", "remote_addrs = 203.0.113.99", TUNNEL, "no tunnel to csm (203.0.113.10)"),
        edit("remote_addrs = 203.0.113.10", "remote_addrs = 192.0.2.10", TUNNEL, "is a second tunnel to academy"),
        edit("aes256gcm16-prfsha384-ecp384", "aes128-sha256-modp2048", TUNNEL, "for IKE, not"),
        edit("mobike = no", "mobike = yes", TUNNEL, "mobike"),
        edit("mobike = no", "mobike = no\n\t\trekey_time = 0s", TUNNEL, "may keep its IKE keys for ever"),
        edit("mobike = no", "mobike = no\n\t\tover_time = 30d", TUNNEL, "may keep its IKE keys 2606400 s"),
        edit(
            "mobike = no",
            "mobike = no\n\t\tover_time = 30d\n\t\trand_time = 0s",
            TUNNEL,
            "may keep its IKE keys 2606400 s",
        ),
        edit("mobike = no", "mobike = no\n\t\treauth_time = 2d", TUNNEL, "may keep its IKE keys 190080 s"),
        edit(
            "mobike = no",
            "mobike = no\n\t\trekey_time = 1h\n\t\trand_time = 2h",
            TUNNEL,
            "may keep its IKE keys for ever",
        ),
        edit("dpd_delay = 30s", "dpd_delay = 0s", TUNNEL, "never asks"),
        edit("unique = replace", "unique = never", TUNNEL, "unique = never"),
        edit("\t\tif_id_out = 0xcb00710a\n", "", TUNNEL, "is not bound to its interface `xf-csm` in both directions"),
    ]);
}

#[test]
fn each_side_proves_exactly_who_it_is() {
    all_told(&[
        edit(
            "id = csm.vpn.exemple.example",
            "id = *.vpn.exemple.example",
            PEER,
            "names its peer `*.vpn.exemple.example`",
        ),
        edit("id = csm.vpn.exemple.example", "id = 0000002C.vpn.exemple.example", PEER, "names its peer `0000002C"),
        edit("\t\t\tid = csm.vpn.exemple.example\n", "", PEER, "names its peer anybody"),
        edit("id = 0000001B.vpn", "id = 0000002C.vpn", PEER, "names itself `0000002C"),
        edit("\t\t\tcacerts = aster-vpn.pem\n", "", PEER, "believes any authority"),
        edit(
            "cacerts = aster-vpn.pem",
            "cacerts = aster-vpn.pem,other.pem",
            PEER,
            "believes `aster-vpn.pem,other.pem`",
        ),
        edit(
            "cacerts = aster-vpn.pem",
            "certs = csm.pem\n\t\t\tcacerts = aster-vpn.pem",
            PEER,
            "the certificate `csm.pem` alone",
        ),
        edit("certs = 0000001B.vpn.exemple.example.pem", "certs = 0000002C.vpn.exemple.example.pem", PEER, "0000002C"),
    ]);
}

#[test]
fn a_child_carries_exactly_its_pair_of_prefixes() {
    const LOCAL: &str = "local_ts = 10.128.4.0/24";
    all_told(&[
        edit(
            LOCAL,
            "local_ts = 10.128.0.0/16",
            SELECTOR,
            "is too wide: it carries 10.128.0.0/16 to 10.0.16.0/20, and should carry 10.128.4.0/24 to 10.0.16.0/20",
        ),
        edit(LOCAL, "local_ts = 10.128.4.0/25", SELECTOR, "carries 10.128.4.0/25 to 10.0.16.0/20, which no flow needs"),
        edit(LOCAL, "local_ts = 10.128.4.0/25", SELECTOR, "does not carry 10.128.4.0/24 to 10.0.16.0/20"),
        edit(LOCAL, "local_ts = 10.128.4.0/24,10.128.6.0/24", SELECTOR, "more than one prefix on a side"),
        edit(
            "local_ts = 2001:db8:1:10::/64\n\t\t\t\tremote_ts = 2001:db8:0:116::/64",
            "local_ts = 10.128.4.0/24\n\t\t\t\tremote_ts = 10.0.16.0/20",
            SELECTOR,
            "a second time",
        ),
    ]);
}

#[test]
fn a_child_is_protected_and_waits_when_it_is_gone() {
    all_told(&[
        edit("mode = tunnel", "mode = transport", TUNNEL, "has mode `transport`"),
        edit("mode = tunnel", "mode = pass", TUNNEL, "has mode `pass`"),
        edit("start_action = trap", "start_action = none", TUNNEL, "does `none` at the start"),
        edit("dpd_action = trap", "dpd_action = clear", TUNNEL, "does `clear` when its peer is gone"),
        edit("close_action = trap", "close_action = none", TUNNEL, "does `none` when its peer closes it"),
        edit("rekey_time = 3600s", "rekey_time = 0s", TUNNEL, "keeps its keys 0 s"),
        edit("rekey_time = 3600s", "rekey_time = 86401s", TUNNEL, "keeps its keys 86401 s"),
        edit("rekey_time = 3600s", "rekey_time = 3600s\n\t\t\t\tlife_time = 0s", TUNNEL, "may keep its keys for ever"),
        edit("rekey_time = 3600s", "rekey_time = 3600s\n\t\t\t\tlife_time = 2d", TUNNEL, "may keep its keys 172800 s"),
        edit("esp_proposals = aes256gcm16-ecp384", "esp_proposals = aes128-sha256-modp2048", TUNNEL, "for ESP, not"),
        edit("esp_proposals = aes256gcm16-ecp384", "ah_proposals = sha256", TUNNEL, "uses AH"),
    ]);
}

#[test]
fn a_day_between_rekeyings_is_the_last_that_passes() {
    let run = tampered(&workspace(), &[(FILE, "rekey_time = 3600s", "rekey_time = 86400s")]);
    assert!(run.proven.is_some(), "{}", crate::said(&run.sink.into_sorted(), &run.sources));
}

#[test]
fn keys_that_end_sooner_than_need_be_pass() {
    let sooner = [
        (FILE, "mobike = no", "mobike = no\n\t\trekey_time = 1h\n\t\treauth_time = 8h\n\t\tover_time = 60s"),
        (FILE, "rekey_time = 3600s", "rekey_time = 3600s\n\t\t\t\tlife_time = 2h\n\t\t\t\trekey_bytes = 100000000000"),
    ];
    let run = tampered(&workspace(), &sooner);
    assert!(run.proven.is_some(), "{}", crate::said(&run.sink.into_sorted(), &run.sources));
}

#[test]
fn there_is_no_second_authority() {
    const HEAD: &str = "connections {";
    all_told(&[edit(
        HEAD,
        "authorities {\n\tother {\n\t\tcacert = other.pem\n\t}\n}\nconnections {",
        "readback/host-unmodelled",
        "`other.pem` is an authority that no connection believes",
    )]);
    let own = "authorities {\n\town {\n\t\tcacert = aster-vpn.pem\n\t\tcrl_uris = http://crl.exemple.example/\n\t}\n}\nconnections {";
    let run = tampered(&workspace(), &[(FILE, HEAD, own)]);
    assert!(run.proven.is_some(), "{}", crate::said(&run.sink.into_sorted(), &run.sources));
}

#[test]
fn a_tunnel_that_exists_keeps_its_selectors_and_its_way() {
    let workspace = workspace_with(
        "policies/establishments/0000002C.yaml",
        "  - gateway.lan = sw-1.48\n",
        "  - gateway.lan = sw-1.48\nbrownfield:\n  tunnels:\n    old: { peer: 192.0.2.77, selectors: [10.128.32.0/24 = 10.200.0.0/16] }\n",
    );
    let differs = |run: etanche::pipeline::Run| {
        let codes = run.sink.into_sorted().into_iter().map(|d| d.code.name).filter(|c| c.ends_with("-differs"));
        codes.collect::<Vec<_>>()
    };
    assert_eq!(differs(tampered(&workspace, &[])), Vec::<&str>::new());
    const OLD: &str = "0000002C/gateway/swanctl.conf";
    let wide = differs(tampered(&workspace, &[(OLD, "remote_ts = 10.200.0.0/16", "remote_ts = 10.192.0.0/10")]));
    assert!(wide.contains(&SELECTOR), "{wide:?}");
    let numbered = (OLD, "remote_addrs = 192.0.2.77", "remote_addrs = 192.0.2.77\n\t\tif_id_in = 9\n\t\tif_id_out = 9");
    assert!(differs(tampered(&workspace, &[numbered])).contains(&TUNNEL));
}
