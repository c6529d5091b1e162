//! Outputs that somebody touched, or that the workspace has moved on from: which is which, file by file.

use std::collections::BTreeMap;

use etanche::diagnostics::Colour;
use etanche::isolation::{self, CERTIFICATE, MANIFEST, digest};
use etanche::verify::{Disk, Standing, Wanted, disk, human_disk};
use jiff::civil::{Date, date};
use serde_json::Value;

use crate::{options, region};

const TODAY: Date = date(2026, 11, 24);
const RULES: &str = "0000001B/gateway/etanche.nft";
const UNITS: &str = "0000001B/gateway/swanctl.conf";

fn expected() -> BTreeMap<String, Vec<u8>> {
    isolation::expected(&region().net, &region().proven).expect("files")
}

fn verified(change: impl FnOnce(&mut Standing)) -> Disk {
    verified_only(None, change)
}

fn verified_only(only: Option<&str>, change: impl FnOnce(&mut Standing)) -> Disk {
    let files = expected();
    let mut standing = Standing { files: files.clone(), odd: BTreeMap::new() };
    change(&mut standing);
    let wanted = Wanted { files: &files, outputs: region().proven.outputs(), facts: &region().facts, only };
    disk(wanted, &standing, TODAY, &options())
}

/// Path and state of each file that is told.
fn told(found: &Disk) -> Vec<(&str, &str)> {
    found.files.iter().map(|file| (file.path.as_str(), file.state.word())).collect()
}

fn edit(standing: &mut Standing, path: &str, old: &str, new: &str) {
    let text = String::from_utf8(standing.files[path].clone()).expect("a text");
    assert!(text.contains(old), "no `{old}` in {path}");
    standing.files.insert(path.to_owned(), text.replacen(old, new, 1).into_bytes());
}

/// An output of a workspace that gave another text for a file: its record goes with it.
fn written_before(standing: &mut Standing, path: &str, old: &str, new: &str) {
    let now = digest(&standing.files[path]);
    edit(standing, path, old, new);
    let then = digest(&standing.files[path]);
    for record in [MANIFEST, CERTIFICATE] {
        edit(standing, record, &now, &then);
    }
}

#[test]
fn what_was_written_is_the_same() {
    let found = verified(|_| {});
    assert!(found.is_same() && found.looked_at > 500, "{:?}", found.files);
}

#[test]
fn an_edit_is_told_by_what_it_permits() {
    let found = verified(|s| edit(s, RULES, "tcp dport { 443, 3389 }", "tcp dport { 22, 443, 3389 }"));
    assert_eq!(told(&found), [(RULES, "edited")]);
    let text = human_disk(&found, Colour::None);
    assert!(text.contains("0000001B/gateway, by hand:\n  now permits 0000001B."), "{text}");
}

#[test]
fn an_edit_of_words_alone_says_so() {
    let found = verified(|s| edit(s, RULES, "# ranges that never cross", "# ranges that do not cross"));
    assert_eq!(told(&found), [(RULES, "edited")]);
    assert!(
        human_disk(&found, Colour::None).contains("0000001B/gateway means the same: the texts differ in words alone")
    );
}

#[test]
fn a_guard_that_no_rule_of_a_flow_tells_is_told_by_a_packet() {
    let guard = "\t\toifname \"eth0\" ip saddr @inside4 rt ipsec missing counter drop\n";
    let found = verified(|s| edit(s, RULES, guard, ""));
    let text = human_disk(&found, Colour::None);
    assert!(text.contains("  now, at postrouting: ") && text.contains(" passes"), "{text}");
}

#[test]
fn what_moved_on_is_no_edit() {
    let stale = verified(|s| written_before(s, UNITS, "rekey_time = 3600s", "rekey_time = 7200s"));
    assert_eq!(told(&stale), [(UNITS, "stale"), (MANIFEST, "stale"), (CERTIFICATE, "stale")]);
    assert!(stale.devices.is_empty());
    let both = verified(|s| {
        written_before(s, UNITS, "rekey_time = 3600s", "rekey_time = 7200s");
        edit(s, UNITS, "rekey_time = 7200s", "rekey_time = 9000s");
    });
    assert_eq!(told(&both)[0], (UNITS, "edited-and-stale"));
}

#[test]
fn files_that_came_and_went_are_told() {
    let found = verified(|s| {
        s.files.remove(UNITS);
        s.files.insert("0000001B/gateway/network/99-a.network".to_owned(), b"[Match]\nName=eth1\n".to_vec());
        s.files.insert("0000001B/gateway/rc.local".to_owned(), b"iptables -F\n".to_vec());
        s.files.insert("notes".to_owned(), b"a\xff".to_vec());
        s.odd.insert("csm/gateway/x.nft".to_owned(), "a link");
        edit(s, RULES, "tcp dport { 443, 3389 }", "tcp dport { 22, 443, 3389 }");
    });
    assert_eq!(
        told(&found),
        [
            (RULES, "edited"),
            ("0000001B/gateway/network/99-a.network", "added"),
            ("0000001B/gateway/rc.local", "added"),
            (UNITS, "missing"),
            ("csm/gateway/x.nft", "no-regular-file"),
            ("notes", "added"),
        ]
    );
    let text = human_disk(&found, Colour::None);
    for says in [
        "unknown          0000001B/gateway/rc.local: no reader knows it",
        "  it holds what no reader knows, so nothing is said of its meaning",
        "  without what was added:\n  now permits 0000001B.",
        "csm/gateway, but for what nobody knows, means the same",
    ] {
        assert!(text.contains(says), "no `{says}` in\n{text}");
    }
}

#[test]
fn the_records_must_be_those_of_the_workspace() {
    let digest = digest(&expected()[RULES]);
    let forged = format!("0{}", &digest[1..]);
    let manifest = verified(|s| edit(s, MANIFEST, &digest, &forged));
    assert_eq!(told(&manifest)[..2], [(RULES, "other-record"), (MANIFEST, "edited")]);
    let certificate = verified(|s| edit(s, CERTIFICATE, &digest, &forged));
    assert_eq!(told(&certificate), [(CERTIFICATE, "edited")]);
    let fact = verified(|s| edit(s, CERTIFICATE, "pedagogic", "administrative"));
    assert_eq!(told(&fact), [(CERTIFICATE, "stale")]);
    assert!(fact.files[0].detail.starts_with("at /facts/"), "{}", fact.files[0].detail);
    let gone = verified(|s| drop(s.files.remove(CERTIFICATE)));
    assert_eq!(told(&gone), [(CERTIFICATE, "missing")]);
    let other = verified(|s| drop(s.files.insert(MANIFEST.to_owned(), b"{}".to_vec())));
    assert!(told(&other).contains(&(MANIFEST, "edited")));
    let row = verified(|s| edit(s, MANIFEST, "\"target\": \"nftables\"", "\"target\": \"other\""));
    assert_eq!(told(&row), [(MANIFEST, "edited")]);
}

#[test]
fn a_file_past_its_last_day_fails() {
    let until = |day: Value| {
        verified(move |s| {
            let mut manifest: Value = serde_json::from_slice(&s.files[MANIFEST]).expect("JSON");
            manifest["files"][0]["valid_until"] = day;
            s.files.insert(MANIFEST.to_owned(), serde_json::to_vec_pretty(&manifest).expect("JSON"));
        })
    };
    let first = "0000001B/gateway/apply.sh";
    assert_eq!(told(&until("2026-11-23".into())), [(first, "over"), (MANIFEST, "edited")]);
    assert_eq!(told(&until("2026-11-24".into())), [(MANIFEST, "edited")]);
    assert_eq!(told(&until("some day".into())), [(first, "over"), (MANIFEST, "edited")]);
    assert_eq!(told(&until(7.into())), [(first, "over"), (MANIFEST, "edited")]);
}

#[test]
fn one_site_is_looked_at_alone() {
    let edits = |s: &mut Standing| {
        edit(s, RULES, "tcp dport { 443, 3389 }", "tcp dport { 22, 443, 3389 }");
        s.files.remove("0000002C/sw-1/aos-s.cfg");
        let row = "0000002C/sw-1/aos-s.cfg\",\n      \"sha256\": \"";
        edit(s, MANIFEST, row, &format!("{row}0"));
        edit(
            s,
            CERTIFICATE,
            "\"written\": true\n    },\n    {\n      \"path\": \"0000002C/sw-1",
            "\"written\": false\n    },\n    {\n      \"path\": \"0000002C/sw-1",
        );
    };
    assert_eq!(told(&verified_only(Some("0000001B"), edits)), [(RULES, "edited")]);
    let other = verified_only(Some("0000002C"), edits);
    assert_eq!(told(&other)[..2], [("0000002C/sw-1/aos-s.cfg", "missing"), (MANIFEST, "edited")]);
    assert!(verified_only(Some("0000003D"), edits).is_same());
    let fact = verified_only(Some("0000003D"), |s| edit(s, CERTIFICATE, "pedagogic", "administrative"));
    assert_eq!(told(&fact), [(CERTIFICATE, "stale")]);
}
