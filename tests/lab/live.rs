//! `verify --live` on what this machine's kernel and nft list: every gateway as it is loaded, in both forms, and changed.

use std::collections::BTreeMap;

use etanche::diagnostics::Colour;
use etanche::diff;
use etanche::isolation;
use etanche::packets::Limits;
use etanche::verify::{Dump, Live, Reference, human_live, live};
use jiff::tz::TimeZone;

use super::netns::Netns;
use super::region::{Written, region};

/// Ways of listing; counters, handles and spelling differ.
const LISTINGS: [&[&str]; 4] = [
    &["TZ=UTC", "nft", "list", "ruleset"],
    &["TZ=UTC", "nft", "-a", "list", "ruleset"],
    &["TZ=UTC", "nft", "-s", "list", "ruleset"],
    &["TZ=UTC", "nft", "-j", "list", "ruleset"],
];

fn compared(gateway: &Written, text: String, foreign: &[&str]) -> Live {
    let facts = isolation::facts(&region().net);
    let reference = Reference { device: &gateway.path, files: &gateway.files, facts: &facts };
    let options = diff::Options { limits: Limits::default(), from: 0, zone: TimeZone::UTC, services: BTreeMap::new() };
    let foreign: Vec<String> = foreign.iter().map(|name| (*name).to_owned()).collect();
    live(reference, &Dump { name: "dump".to_owned(), text }, &foreign, &options).expect("a gateway")
}

#[test]
fn every_gateway_as_it_is_loaded_is_the_same_in_every_form() {
    for gateway in region().gateways() {
        let netns = Netns::new("live");
        netns.nft(gateway.nft());
        for words in LISTINGS {
            let found = compared(&gateway, netns.run("env", words), &[]);
            let told = human_live(&found, Colour::None);
            assert!(found.is_same(), "{} by {words:?}:\n{told}", gateway.path);
        }
    }
}

/// Commands that change what is loaded, and a word of what is told.
const CHANGES: [(&str, &str); 8] = [
    ("insert rule inet etanche related udp dport 53 accept", "permits"),
    ("insert rule inet etanche forward iifname eth1.41 oifname eth1.11 accept", "0000001B.admin_servers"),
    ("add element inet etanche peers { 198.51.100.77 }", "198.51.100.77"),
    ("delete element inet etanche sources4 { eth1.41 . 10.128.16.0/23 }", "no longer permits"),
    ("flush chain inet etanche leave", "at postrouting"),
    ("flush chain inet etanche published", "no longer translates"),
    (
        "delete element inet etanche flows { eth1.41 . xf-csm : jump wifi_staff_to_site_csm }",
        "no longer permits 0000001B.wifi_staff",
    ),
    ("add table inet etanche { flags dormant; }", "flag"),
];

#[test]
fn what_was_changed_on_the_device_is_told_apart() {
    let gateway = region().gateway("0000001B");
    for (change, says) in CHANGES {
        let netns = Netns::new("live");
        netns.nft(gateway.nft());
        netns.nft(change);
        for words in [LISTINGS[0], LISTINGS[3]] {
            let found = compared(&gateway, netns.run("env", words), &[]);
            let told = human_live(&found, Colour::None);
            assert!(!found.is_same(), "`{change}` passes by {words:?}:\n{told}");
            let says = if says == "flag" && words == LISTINGS[0] { "is dormant" } else { says };
            assert!(told.contains(says), "`{change}` by {words:?}: no `{says}` in\n{told}");
        }
    }
}

/// One port of the script, and one rule less.
#[test]
fn a_script_with_one_change_is_told_apart() {
    let gateway = region().gateway("0000001B");
    let port = gateway.nft().replacen("tcp dport 3128 counter accept", "tcp dport 3129 counter accept", 1);
    let rule = gateway.nft().replacen("\t\tct state established jump ended_forward\n", "", 1);
    for script in [port, rule] {
        assert_ne!(script, gateway.nft());
        let netns = Netns::new("live");
        netns.nft(&script);
        for words in [LISTINGS[0], LISTINGS[3]] {
            let found = compared(&gateway, netns.run("env", words), &[]);
            assert!(!found.is_same(), "{}", human_live(&found, Colour::None));
        }
    }
}

/// Tables of somebody else that this kernel takes.
const FOREIGN: [(&str, &str); 7] = [
    ("ip nat", "chain a { type nat hook postrouting priority srcnat; masquerade\n }"),
    ("inet early", "chain a { type filter hook prerouting priority raw; notrack\n }"),
    ("ip other_way", "chain a { type route hook output priority mangle; meta mark set 1\n }"),
    ("bridge b", "chain a { type filter hook forward priority filter; policy accept; }"),
    ("netdev n", "chain a { type filter hook ingress device lo priority filter; policy accept; }"),
    ("arp a", "chain a { type filter hook input priority filter; policy accept; }"),
    (
        "ip f2b-table",
        "chain a { type filter hook input priority filter - 1; tcp dport 22 ip saddr 203.0.113.7 drop\n }",
    ),
];

#[test]
fn tables_of_somebody_else_fail_unless_they_are_named() {
    let gateway = region().gateway("0000001B");
    for (title, body) in FOREIGN {
        let netns = Netns::new("live");
        netns.nft(gateway.nft());
        netns.nft(&format!("table {title} {{ {body}\n}}"));
        for words in [LISTINGS[0], LISTINGS[3]] {
            let text = netns.run("env", words);
            let found = compared(&gateway, text.clone(), &[]);
            assert!(
                !found.is_same() && found.meaning.as_ref().is_some_and(etanche::verify::Meaning::is_same),
                "{title}"
            );
            assert!(compared(&gateway, text, &[title]).is_same(), "{title} by {words:?}");
        }
    }
}
