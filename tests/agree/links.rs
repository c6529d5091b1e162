//! Names of generated files: what is added to a policy renames no file of what was there.

use std::collections::BTreeMap;

use etanche::config::FileSet;
use etanche::pipeline::{Options, Workspace, run};

use crate::{said, workspace, workspace_with};

/// The files of a gateway.
fn gateway(workspace: &Workspace, path: &str) -> FileSet {
    let run = run(workspace, Options::default());
    let found = said(&run.sink.into_sorted(), &run.sources);
    let proven = run.proven.unwrap_or_else(|| panic!("not proved:\n{found}"));
    proven.outputs().iter().find(|o| o.path == path).expect("a gateway").files.clone()
}

/// Files of the links that one of two gateways has, or that differ, with what became of each.
fn changes(before: &FileSet, after: &FileSet) -> BTreeMap<String, &'static str> {
    let names = before.keys().chain(after.keys()).filter(|name| name.starts_with("network/"));
    let became = names.map(|name| match (before.get(name), after.get(name)) {
        (Some(_), None) => (name, "gone"),
        (None, _) => (name, "new"),
        (Some(old), Some(new)) => (name, if old == new { "same" } else { "changed" }),
    });
    became.filter(|(_, what)| *what != "same").map(|(name, what)| (name.clone(), what)).collect()
}

#[test]
fn a_new_zone_has_files_of_its_own_and_changes_the_trunk_alone() {
    const ZONE: &str = "  exam:            { vlan: 81,";
    let with = workspace_with(
        "policies/profiles/lycee-cible2.yaml",
        ZONE,
        &format!("  borrowed:        {{ vlan: 13, at: 28.0/24, title: Prêt }}\n{ZONE}"),
    );
    let mut with = with;
    let (_, security) = with.policy.iter_mut().find(|(path, _)| path.ends_with("security.yaml")).expect("a file");
    *security = security.replace("[byod, guest, sandbox]", "[byod, guest, sandbox, borrowed]");
    const GATEWAY: &str = "0000001B/gateway";
    let changes = changes(&gateway(&workspace(), GATEWAY), &gateway(&with, GATEWAY));
    let expected = [
        ("network/11-eth1.network", "changed"),
        ("network/20-eth1.13.netdev", "new"),
        ("network/20-eth1.13.network", "new"),
    ];
    assert_eq!(changes, expected.map(|(name, what)| (name.to_owned(), what)).into());
}

#[test]
fn a_new_tunnel_changes_no_other_tunnel_of_the_centre() {
    let without = workspace();
    let mut fewer = without.clone();
    fewer.policy.retain(|(path, _)| !path.contains("0000002C"));
    for (_, text) in fewer.policy.iter_mut().filter(|(path, _)| path.ends_with("waivers.yaml")) {
        *text = "[]\n".to_owned();
    }
    let changes = changes(&gateway(&fewer, "csm/gateway"), &gateway(&without, "csm/gateway"));
    let expected = [
        ("network/10-eth0.network", "changed"),
        ("network/30-xf-0000002C.netdev", "new"),
        ("network/30-xf-0000002C.network", "new"),
    ];
    assert_eq!(changes, expected.map(|(name, what)| (name.to_owned(), what)).into());
}
