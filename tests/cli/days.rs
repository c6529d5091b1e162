//! Days: what is told of dated permits, what holds on one day, and that nothing written depends on either.

use snapbox::str;

use super::{Place, SCHOOL, json};

/// A flow that leaks while pupils sit their examination.
const DATED_LEAK: &str = "  - allow: wifi_staff -> admin_servers on https\n    because: saisie des notes\n    from: 2027-06-14\n    until: 2027-07-02\n";

#[test]
fn what_ends_soon_and_what_is_over_is_told() {
    let place = Place::new();
    place.etanche(&["check", "--today", "2027-06-20"]).assert().success().stdout_eq(str![[r#"
warning[time/ends-soon]: this flow ends in 12 days, on 2027-07-02
...
4 establishments, [..], 1 warning, 9 findings accepted

"#]]);
    let over = place.etanche(&["check", "--today", "2027-09-01", "--format", "json"]).assert().success();
    let found = json(&over.get_output().stdout);
    let codes: Vec<&str> =
        found["diagnostics"].as_array().expect("a list").iter().filter_map(|d| d["code"].as_str()).collect();
    assert_eq!(codes, ["time/over", "time/over"]);
    assert_eq!(found["diagnostics"][0]["notes"][1]["kind"], "epoch");
}

#[test]
fn nothing_written_depends_on_the_day() {
    let place = Place::new();
    place.etanche(&["compile", "--today", "2026-11-24"]).assert().success();
    let before = place.standing("out");
    place.etanche(&["compile", "--today", "2040-01-01"]).assert().success().stdout_eq(str![[r#"
...
nothing to write: out/ is already what was proved

"#]]);
    assert!(before == place.standing("out"), "same inodes, times and bytes");
}

#[test]
fn one_day_is_judged_alone() {
    let place = Place::new();
    place.append(SCHOOL, DATED_LEAK);
    place.etanche(&["check"]).assert().code(1).stdout_eq(str![[r#"
error[isolation/admin-pedagogic]: `wifi_staff` can open a connection to `admin_servers` in 0000001B
...
   = epoch    from 2027-06-14 until 2027-07-02
...
"#]]);
    place.etanche(&["check", "--at", "2027-07-02"]).assert().code(1);
    place.etanche(&["check", "--at", "2027-07-03"]).assert().success().stdout_eq(str![[r#"
4 establishments, 46 zones: T1 T2 T3 T4 T5 T6 T7 T8 proved from 2027-07-03 until 2027-08-31 ([..]) in [..] s, 9 findings accepted

"#]]);
    let told = place.etanche(&["check", "--at", "2027-07-03", "--format", "json"]).assert().success();
    assert_eq!(json(&told.get_output().stdout)["epoch"], "from 2027-07-03 until 2027-08-31");
    place.etanche(&["compile", "--at", "2027-07-03"]).assert().code(2).stdout_eq("");
    place.etanche(&["check", "--at", "2027-7-3"]).assert().code(2).stdout_eq("");
}

#[test]
fn a_question_is_asked_of_one_day() {
    let place = Place::new();
    let asked = |day: &str| {
        let words = ["explain", "0000001B.exam", "csm.pupils", "proxy", "--at", day];
        let told = place.etanche(&words).assert().success().get_output().stdout.clone();
        String::from_utf8(told).expect("text").lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(asked("2027-06-14"), "0000001B.exam -> csm.pupils on proxy, from 2027-06-14 until 2027-07-02: open");
    assert_eq!(asked("2027-06-13"), "0000001B.exam -> csm.pupils on proxy, from 2026-09-01 until 2027-06-13: closed");
}

#[test]
fn what_is_not_managed_is_not_proved() {
    let place = Place::new();
    let school = "uai: 0000005F\nname: Lycée du Socle\nmanaged: no\nblock: 10.128.128.0/19\nblock6: none\nsupervision: 198.51.100.5\n";
    std::fs::write(place.path("policies/establishments/0000005F.yaml"), school).expect("a policy file");
    place.etanche(&["compile"]).assert().success().stdout_eq(str![[r#"
4 establishments, 46 zones: [..] 9 findings accepted; not proved: 1 establishment (0000005F)
wrote [..]

"#]]);
    assert!(!place.path("out/0000005F").exists(), "nothing is compiled for it");
    let certificate = json(&std::fs::read(place.path("out/certificate.json")).expect("a certificate"));
    assert_eq!(certificate["facts"]["not_managed"][0], "0000005F 10.128.128.0/19 198.51.100.5");
    let told = json(&place.etanche(&["check", "--format", "json"]).assert().success().get_output().stdout);
    assert_eq!(told["not_proved"][0]["uai"], "0000005F");
    assert_eq!(told["not_proved"][0]["blocks"][0], "10.128.128.0/19");
    assert_eq!(told["tally"]["establishments"], 4);
    for words in [
        &["compile", "--only", "0000005F"][..],
        &["explain", "0000005F.admin", "csm.pupils"],
        &["explain", "csm.bastion", "0000005F"],
        &["graph", "0000005F"],
    ] {
        place.etanche(words).assert().code(2).stderr_eq(str![[r#"
error: `0000005F` is not managed: nothing is compiled for it, and nothing proved of it
help: its file says `managed: no`

"#]]);
    }
    for address in ["198.51.100.5", "10.128.130.1"] {
        let told = place.etanche(&["explain", "csm.bastion", address]).assert().code(2).get_output().stderr.clone();
        let told = String::from_utf8(told).expect("text");
        assert!(told.contains(&format!("`{address}` is an address of `0000005F`, which is not managed")), "{told}");
    }
}
