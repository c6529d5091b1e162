//! `etanche verify` as people meet it: outputs, dumps, exit codes. What is told apart is in `tests/verify`.

use std::fs;

use snapbox::str;

use super::{LEAK, Place, SCHOOL, json};

const RULES: &str = "out/0000001B/gateway/etanche.nft";

/// A place with an output.
fn compiled() -> Place {
    let place = Place::new();
    place.etanche(&["compile"]).assert().success();
    place
}

#[test]
fn an_output_that_nobody_touched_is_the_same() {
    let place = compiled();
    place.etanche(&["verify"]).assert().success().stderr_eq("").stdout_eq(str![[r#"
same: [..] files of out/ are what this workspace gives, which is proved

"#]]);
    let found = json(&place.etanche(&["verify", "out", "--format", "json"]).assert().success().get_output().stdout);
    assert_eq!((found["schema"].as_str(), found["outcome"].as_str()), (Some("etanche.verify/1"), Some("same")));
}

#[test]
fn one_site_that_was_written_alone_is_verified_alone() {
    let place = Place::new();
    place.etanche(&["compile", "--only", "0000001B"]).assert().success();
    place.etanche(&["verify", "--only", "0000001B"]).assert().success().stderr_eq("");
    place.etanche(&["verify"]).assert().code(1);
    place.etanche(&["verify", "--only", "0000001C"]).assert().code(2).stdout_eq("");
}

#[test]
fn a_hand_edit_is_told_by_what_it_permits() {
    let place = compiled();
    place.replace(RULES, "tcp dport 3128 counter accept", "tcp dport 3129 counter accept");
    place
        .etanche(&["verify"])
        .assert()
        .code(1)
        .stdout_eq(str![[r#"
edited           0000001B/gateway/etanche.nft: it is not what was written
0000001B/gateway, by hand:
  now permits 0000001B.[..] -> csm.[..] on tcp/3129[..]
    such as [..]
  no longer permits 0000001B.[..] -> csm.[..] on proxy[..]
    such as [..]
differs: 1 of [..] files in out/

"#]])
        .stderr_eq(str![[r#"
note: the policy is what one edits: `etanche compile` puts back what it gives, once what was added is gone

"#]]);
    let answer = place.etanche(&["verify", "--format", "json"]).assert().code(1);
    let found = json(&answer.get_output().stdout);
    assert_eq!(found["files"][0]["state"], "edited");
    assert_eq!(found["devices"][0]["meaning"]["verdict"], "changed");
    assert_eq!(found["devices"][0]["meaning"]["changes"][0]["kind"], "packets");
}

#[test]
fn a_workspace_that_moved_on_is_no_edit() {
    let place = compiled();
    place.replace("policies/services.yaml", "rekey: 1h", "rekey: 2h");
    place
        .etanche(&["verify"])
        .assert()
        .code(1)
        .stdout_eq(str![[r#"
the workspace has moved on since these files were written, which are as they were:
stale            0000001B/gateway/swanctl.conf
...
differs: [..] of [..] files in out/

"#]])
        .stderr_eq(str![[r#"
note: `etanche diff out/` says what the workspace changes on the devices

"#]]);
}

#[test]
fn nothing_is_verified_against_what_is_not_proved() {
    let place = compiled();
    place.append(SCHOOL, LEAK);
    place.etanche(&["verify"]).assert().code(1).stdout_eq(str![[r#"
error[isolation/admin-pedagogic]: `wifi_staff` can open a connection to `admin_servers` in 0000001B
...
nothing was verified: the workspace is not proved, so there is nothing to compare with

"#]]);
    let answer = place.etanche(&["verify", "--format", "json"]).assert().code(1);
    let found = json(&answer.get_output().stdout);
    assert_eq!(found["outcome"], "unproved");
    assert_eq!(found["diagnostics"][0]["code"], "isolation/admin-pedagogic");
}

#[test]
fn a_dump_comes_from_a_file_or_from_standard_input() {
    let place = compiled();
    let script = fs::read_to_string(place.path(RULES)).expect("a script");
    let listing = &script[script.find("table inet etanche {").expect("a definition")..];
    fs::write(place.path("dump"), listing).expect("a dump");
    let same = str![[r#"
0000001B/gateway, by `nft list ruleset`:
  compared      what passes and what is translated, at every hook, for every state of a connection
...
  not compared  [..] other files of this device: [..]
...
same: 0000001B/gateway does what the workspace gives, which is proved, as far as was compared

"#]];
    let device = ["--device", "0000001B/gateway"];
    place.etanche(&[&["verify", "--live", "dump"][..], &device].concat()).assert().success().stdout_eq(same.clone());
    place
        .etanche(&[&["verify", "--live", "-"][..], &device].concat())
        .stdin(listing)
        .assert()
        .success()
        .stdout_eq(same);
    let other = listing.replacen("tcp dport 3128 counter accept", "tcp dport 3129 counter accept", 1);
    let answer = place.etanche(&[&["verify", "--live", "-", "--format", "json"][..], &device].concat()).stdin(other);
    let found = json(&answer.assert().code(1).get_output().stdout);
    assert_eq!((found["outcome"].as_str(), found["device"].as_str()), (Some("differs"), Some("0000001B/gateway")));
    assert_eq!(found["meaning"]["verdict"], "changed");
    place
        .etanche(&[&["verify", "--live", "-"][..], &device].concat())
        .stdin("table inet etanche {\n")
        .assert()
        .code(1)
        .stderr_eq(str![[r#"
note: a dump is read whole or not at all: take it anew, without prompts, pages or options that change its words

"#]]);
}

#[test]
fn questions_that_make_no_sense_are_told() {
    let place = compiled();
    place.makes_no_sense(
        &["verify", "policies"],
        str![[r#"
error: `policies` is no output of `etanche compile`: it has no manifest.json
help: name the folder that `compile -o` wrote

"#]],
    );
    fs::write(place.path("dump"), "").expect("a dump");
    place.makes_no_sense(
        &["verify", "--live", "dump", "--device", "0000001B/gatewai"],
        str![[r#"
error: there is no device `0000001B/gatewai`
help: did you mean `0000001B/gateway`?

"#]],
    );
    place.makes_no_sense(
        &["verify", "--live", "dump", "--device", "csm/proxy-pupils"],
        str![[r#"
error: no dump of `csm/proxy-pupils` is known
help: a gateway's ruleset and a switch's running configuration can be compared

"#]],
    );
    place.etanche(&["verify", "--live", "dump"]).assert().code(2);
    place.etanche(&["verify", "out", "--live", "dump", "--device", "0000001B/gateway"]).assert().code(2);
    place.etanche(&["verify", "nowhere"]).assert().code(3).stdout_eq("");
    place.etanche(&["verify", "--live", "nowhere", "--device", "0000001B/gateway"]).assert().code(3).stdout_eq("");
}
