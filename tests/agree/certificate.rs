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
