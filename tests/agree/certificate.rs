//! What a certificate says of a region beside its files: facts that no reader of it has to look up.

use etanche::isolation::certificate;

use crate::{tampered, whole, workspace_with};

fn facts(workspace: &etanche::pipeline::Workspace) -> serde_json::Value {
    let run = tampered(workspace, &[]);
    let (net, proven) = (run.network.expect("a network"), run.proven.expect("a proof"));
    certificate(&net, &proven)["facts"].clone()
}

#[test]
fn a_waiver_is_a_fact_with_its_service_and_its_days() {
    let said = "D-2027-003 0000001B.admin -> 0000002C.admin on tcp/443 from 1788213600 until 1819749600";
    assert_eq!(facts(&whole())["waivers"], serde_json::json!([said]));
}

#[test]
fn a_tunnel_whose_far_end_is_not_ours_is_a_fact_with_its_selectors() {
    assert_eq!(facts(&whole())["far_ends"], serde_json::json!([]));
    let cable = "  - gateway.lan = sw-1.48\n";
    let old = "brownfield:\n  tunnels:\n    gtb: { peer: 192.0.2.77, selectors: [10.128.32.0/24 = 10.200.0.0/24] }\n";
    let with = workspace_with("policies/establishments/0000002C.yaml", cable, &format!("{cable}{old}"));
    let said = "0000002C gtb 192.0.2.77: 10.128.32.0/24 = 10.200.0.0/24";
    assert_eq!(facts(&with)["far_ends"], serde_json::json!([said]));
}

#[test]
fn what_the_security_policy_asks_is_a_fact_line_by_line() {
    let security = facts(&whole())["security"].clone();
    let sides =
        ["administrative | pedagogic, open, examination", "technical, management | pedagogic, open, examination"];
    assert_eq!(security["isolate"], serde_json::json!(sides));
    let starts = security["may_start"].as_array().expect("lines").clone();
    assert!(starts.contains(&"csm.bastion -> gateway, management".into()), "{starts:?}");
    let meets = security["meet"].as_array().expect("lines").clone();
    assert!(meets.contains(&"pedagogic, csm.proxy_pedago -> csm.directory".into()), "{meets:?}");
    let pupils = "pupils for pedagogic, open: never adult, agressif, drogue, gambling, malware, phishing, vpn, doh, \
                  redirector; blocked dating, games; else allow";
    assert_eq!(security["web"][1], pupils);
    assert_eq!(security["meeting_class"], "meeting");
}

#[test]
fn sites_zones_and_machines_are_facts_with_their_addresses() {
    let facts = facts(&whole());
    let holds = |what: &str, line: &str| {
        let lines = facts[what].as_array().expect("lines");
        assert!(lines.contains(&line.into()), "{what}: {lines:#?}");
    };
    holds("sites", "0000001B establishment wan eth0 198.51.100.1 other 198.51.100.129");
    holds("zones", "0000001B.mgmt eth1.99 vlan 99 10.128.24.0/24 2001:db8:1:99::/64 management devices");
    holds("zones", "0000002C.pedago eth1.20 vlan 20 172.17.0.0/16 pedagogic private");
    holds("machines", "0000001B.replique 10.128.5.10 in pedago_servers");
}
