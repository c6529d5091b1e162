//! Running configurations as switches print them: more than they were given, in another order, and what must not pass.

use crate::{device, edited, passed, refused};

const ARUBA: &str = "0000001B/sw-serveurs";
const CISCO: &str = "0000010L/sw-a";

fn aruba() -> &'static str {
    &device(ARUBA).files["aos-s.cfg"]
}

fn cisco() -> &'static str {
    &device(CISCO).files["ios.cfg"]
}

#[test]
fn what_an_aruba_adds_is_no_difference() {
    let text = edited(
        aruba(),
        "\n\nhostname",
        "\n; Ver #14:67.6f.f8.1d.9b.3f.bf.bb.ef.7c.59.fc.6b.fb.9f.fc.ff.ff.37.ef:12\n\nhostname",
    );
    let own = "snmpv3 engineid \"00:00:00:0b:00:00:94:18:82:00:00:01\"\nsnmpv3 group managerpriv user \"nms\" sec-model ver3\nsnmpv3 user \"nms\"\npassword manager\n";
    let text = format!("\nRunning configuration:\n\n{text}{own}").replace('\n', "\r\n");
    let told = passed(ARUBA, &text, &[]);
    assert!(told.contains("`password manager …`: an account is its holder's"), "{told}");
    assert_eq!(told.matches("set aside").count(), 4, "{told}");
}

#[test]
fn what_a_cisco_adds_is_no_difference() {
    let slots = "enable secret 9 $9$0123\n!\nusername admin privilege 15 secret 9 $9$4567\nip domain-name exemple.example\n!\ncrypto pki trustpoint TP-self-signed-1\n enrollment selfsigned\n revocation-check none\n!\ncrypto pki certificate chain TP-self-signed-1\n certificate self-signed 01\n  30820333 3082021B\n  \tquit\n!\nhostname";
    let text = edited(cisco(), "hostname", slots);
    let head = "Building configuration...\n\nCurrent configuration : 14506 bytes\n!\n! Last configuration change at 14:12:05 CEST Tue Sep 8 2026 by admin\n! NVRAM config last updated at 12:10:44 CEST Mon Sep 7 2026 by admin\n!\n";
    let text = edited(
        &format!("\n{head}{text}"),
        "no aaa new-model",
        "boot-start-marker\nboot-end-marker\n!\nno aaa new-model",
    );
    let told = passed(CISCO, &text, &[]);
    assert_eq!(told.matches("set aside").count(), 5, "{told}");
    assert!(!told.contains("4567"), "what follows may be secret:\n{told}");
}

#[test]
fn ports_and_settings_that_differ_are_told() {
    let other: [(&str, String, &str); 9] = [
        (
            ARUBA,
            edited(&edited(aruba(), "untagged 1-4\n", "untagged 1-5\n"), "untagged 5-8\n", "untagged 6-8\n"),
            "now has port 5 in VLAN 11 (admin_servers)",
        ),
        (ARUBA, edited(aruba(), "no telnet-server\n", ""), "no longer says lan.hardening no_telnet"),
        (ARUBA, format!("{}ip routing\n", aruba()), "changed: lan.routing false -> true"),
        (ARUBA, format!("{}gvrp\n", aruba()), "dynamic_vlans false -> true"),
        (ARUBA, format!("{}mirror 1 port 5\n", aruba()), "it holds what no reader knows"),
        (
            CISCO,
            edited(cisco(), "switchport access vlan 12", "switchport access vlan 20"),
            "now has port 29 in VLAN 20 (pedago)",
        ),
        (
            CISCO,
            edited(cisco(), "switchport access vlan 998", "switchport access vlan 20"),
            "port 47, which is shut or in no VLAN, is set otherwise",
        ),
        (CISCO, edited(cisco(), "\nend", "\nend\nsw-a#"), "a statement below `end`"),
        (CISCO, edited(cisco(), "hostname", "username guest nopassword\nhostname"), "it holds what no reader knows"),
    ];
    for (path, text, says) in other {
        let told = refused(path, &text, &[]);
        assert!(told.contains(says), "no `{says}` in\n{told}");
    }
}
