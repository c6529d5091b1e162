//! The binary as people and scripts meet it: standard output, standard error, exit code, files written.
//!
//! Each test works on a copy of `policies/` of its own. `SNAPSHOTS=overwrite cargo test --test cli` renews the help texts.

#![expect(clippy::disallowed_methods, reason = "tests make workspaces of their own and look at what was written")]

#[path = "cli/against.rs"]
mod against;
#[path = "cli/ci.rs"]
mod ci;
#[path = "cli/days.rs"]
mod days;
#[path = "cli/diff.rs"]
mod diff;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/owners.rs"]
mod owners;
#[path = "cli/reading.rs"]
mod reading;
#[path = "cli/rules.rs"]
mod rules;
#[path = "cli/verify.rs"]
mod verify;
#[path = "cli/writing.rs"]
mod writing;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use snapbox::cmd::Command;
use snapbox::{file, str};
use tempfile::TempDir;

/// A line that opens from the pupils' side into the administrative one.
const LEAK: &str = "  - allow: wifi_staff -> admin_servers on https\n    because: saisie des notes\n";
/// A day on which no permit of the policy is over, or near its end.
const TODAY: &str = "2026-11-24";
/// The establishment that most tests change.
const SCHOOL: &str = "policies/establishments/0000001B.yaml";

/// A place with a copy of the policy.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { dir: TempDir::new().expect("a temporary directory") };
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/four"), &place.path("policies"));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn etanche(&self, words: &[&str]) -> Command {
        Command::new(snapbox::cmd::cargo_bin!("etanche"))
            .current_dir(self.dir.path())
            .env("ETANCHE_TODAY", TODAY)
            .args(words)
    }

    /// A question that makes no sense, and what is told of it.
    fn makes_no_sense(&self, words: &[&str], wanted: snapbox::data::Inline) {
        self.etanche(words).assert().code(2).stdout_eq("").stderr_eq(wanted);
    }

    fn append(&self, name: &str, text: &str) {
        let old = fs::read_to_string(self.path(name)).expect("a policy file");
        fs::write(self.path(name), old + text).expect("a policy file");
    }

    fn replace(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(name)).expect("a policy file");
        assert!(text.contains(old), "`{old}` is no longer in {name}");
        fs::write(self.path(name), text.replacen(old, new, 1)).expect("a policy file");
    }

    /// Path, inode, time of change and bytes of every file below a directory.
    fn standing(&self, name: &str) -> Vec<(PathBuf, u64, i64, i64, Vec<u8>)> {
        let mut found = Vec::new();
        let mut left = vec![self.path(name)];
        while let Some(dir) = left.pop() {
            for entry in fs::read_dir(dir).expect("a directory") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    left.push(path);
                } else {
                    let about = path.metadata().expect("a file");
                    let bytes = fs::read(&path).expect("a file");
                    found.push((path, about.ino(), about.mtime(), about.mtime_nsec(), bytes));
                }
            }
        }
        found.sort();
        found
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let there = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &there);
        } else {
            fs::copy(&path, &there).expect("a copy");
        }
    }
}

fn json(output: &[u8]) -> serde_json::Value {
    serde_json::from_slice(output).expect("JSON on standard output")
}

#[test]
fn check_says_what_was_proved_and_writes_nothing() {
    let place = Place::new();
    place.etanche(&["check"]).assert().success().stderr_eq("").stdout_eq(str![[r#"
4 establishments, 46 zones: T1 T2 T3 T4 T5 T6 T7 T8 proved ([..] strict, [..] shared, [..] relay, 1 by waiver) in [..] s, 9 findings accepted

"#]]);
    assert_eq!(fs::read_dir(place.dir.path()).expect("a directory").count(), 1, "only the policy is there");
}

#[test]
fn a_second_compile_touches_no_file() {
    let place = Place::new();
    place.etanche(&["compile"]).assert().success().stdout_eq(str![[r#"
4 establishments, 46 zones: T1 T2 T3 T4 T5 T6 T7 T8 proved ([..] strict, [..] shared, [..] relay, 1 by waiver) in [..] s, 9 findings accepted
wrote [..] files, 0 unchanged, to out/

"#]]);
    let before = place.standing("out");
    place.etanche(&["compile"]).assert().success().stdout_eq(str![[r#"
4 establishments, 46 zones: T1 T2 T3 T4 T5 T6 T7 T8 proved ([..] strict, [..] shared, [..] relay, 1 by waiver) in [..] s, 9 findings accepted
nothing to write: out/ is already what was proved

"#]]);
    assert!(before == place.standing("out"), "same inodes, times and bytes");
}

#[test]
fn a_refusal_leaves_the_old_output_as_it_was() {
    let place = Place::new();
    place.etanche(&["compile"]).assert().success();
    let before = place.standing("out");
    place.append(SCHOOL, LEAK);
    place.etanche(&["compile"]).assert().code(1).stderr_eq("").stdout_eq(str![[r#"
error[isolation/admin-pedagogic]: `wifi_staff` can open a connection to `admin_servers` in 0000001B
...
refused: 1 error (2 of [..] claims leak); nothing was written

"#]]);
    assert!(before == place.standing("out"), "same inodes, times and bytes");
}

#[test]
fn a_refusal_makes_no_output() {
    let place = Place::new();
    place.append(SCHOOL, LEAK);
    place.etanche(&["compile"]).assert().code(1);
    assert!(!place.path("out").exists());
}

#[test]
fn every_error_of_the_policy_is_told_at_once() {
    let place = Place::new();
    place.append(SCHOOL, "  - allow: pedagoo -> csm.pupils on proxy\n    because: essai\n");
    place.append("policies/profiles/erea.yaml", "unheard_of: true\n");
    place.etanche(&["compile"]).assert().code(2).stdout_eq(str![[r#"
error[policy/unknown-zone]: [..]
...
error[policy/unknown-key]: [..]
...
refused: 2 errors; nothing was written

"#]]);
}

#[test]
fn hidden_errors_are_counted() {
    let place = Place::new();
    place.append(SCHOOL, "  - allow: pedagoo -> csm.pupils on proxy\n    because: essai\n");
    place.append("policies/profiles/erea.yaml", "unheard_of: true\n");
    place.etanche(&["check", "--max-errors", "1"]).assert().code(2).stdout_eq(str![[r#"
error[policy/unknown-zone]: [..]
...
1 more error hidden: `--max-errors 0` shows all
refused: 2 errors

"#]]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let place = Place::new();
    place.etanche(&["check", "nowhere"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot read `[..]/nowhere`: No such file or directory (os error 2)

"#]]);
    fs::write(place.path("policies/centre/other.yaml"), b"site: \xff\n").expect("a file");
    place.etanche(&["check"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot read `[..]/policies/centre/other.yaml`: it is no UTF-8 text
help: save it as UTF-8, or move it out of the workspace

"#]]);
}

#[test]
fn a_workspace_is_found_from_below_and_missed_politely() {
    let place = Place::new();
    let below = place.path("policies/establishments");
    place.etanche(&["check"]).current_dir(below).assert().success();
    let empty = TempDir::new().expect("a temporary directory");
    place.etanche(&["check"]).current_dir(empty.path()).assert().code(2).stderr_eq(str![[r#"
error: there is no `policies/` here or in a folder above
help: go to where it is, or name the workspace: `etanche check path/to/policies`

"#]]);
}

#[test]
fn texts_do_not_depend_on_where_the_workspace_stands() {
    let (here, there) = (Place::new(), Place::new());
    here.etanche(&["compile"]).assert().success();
    there.etanche(&["compile", "-o", "../../elsewhere"]).current_dir(there.path("policies/centre")).assert().success();
    let bytes = |place: &Place, name: &str| place.standing(name).into_iter().map(|file| file.4).collect::<Vec<_>>();
    assert!(bytes(&here, "out") == bytes(&there, "elsewhere"));
}

#[test]
fn only_one_site_is_written() {
    let place = Place::new();
    place.etanche(&["compile", "--only", "0000001B"]).assert().success();
    assert!(place.path("out/0000001B").is_dir());
    assert!(!place.path("out/csm").exists());
    place.etanche(&["compile", "--only", "0000001D"]).assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no site `0000001D`
help: did you mean `0000001B`?

"#]]);
}

#[test]
fn a_directory_that_is_not_ours_is_left_alone() {
    let place = Place::new();
    fs::create_dir(place.path("thesis")).expect("a directory");
    fs::write(place.path("thesis/chapter.tex"), "years of work").expect("a file");
    place.etanche(&["compile", "-o", "thesis"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot write to [..]/thesis: it is not empty, and holds no manifest.json of an earlier compile
help: choose a new or empty directory with -o

"#]]);
    assert_eq!(fs::read_to_string(place.path("thesis/chapter.tex")).expect("a file"), "years of work");
    place.etanche(&["compile", "-o", "policies/out"]).assert().code(2).stderr_eq(str![[r#"
error: `policies/out` is inside the workspace, which holds policy files only
help: choose another directory with -o

"#]]);
}

#[test]
fn json_holds_findings_and_counts() {
    let place = Place::new();
    let proved = json(&place.etanche(&["check", "--format", "json"]).assert().success().get_output().stdout);
    assert_eq!(proved["schema"], "etanche.check/1");
    assert_eq!(proved["outcome"], "proved");
    assert_eq!(proved["tally"]["waiver"], 1);
    place.append(SCHOOL, LEAK);
    let refused = json(&place.etanche(&["compile", "--format", "json"]).assert().code(1).get_output().stdout);
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(refused["diagnostics"][0]["code"], "isolation/admin-pedagogic");
    assert_eq!(refused["diagnostics"][0]["place"]["path"], SCHOOL);
    assert_eq!(refused["written"], serde_json::Value::Null);
    assert!(refused["tally"]["leak"].as_u64().is_some_and(|leaks| leaks > 0));
}

#[test]
fn the_schema_is_json() {
    let place = Place::new();
    let schema = json(&place.etanche(&["schema"]).assert().success().get_output().stdout);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn a_permitted_flow_is_explained_hop_by_hop() {
    let place = Place::new();
    place.etanche(&["explain", "0000001B.pedago", "csm.pupils", "proxy"]).assert().success().stdout_eq(str![[r#"
0000001B.pedago -> csm.pupils on proxy: open

IPv4  open on tcp/3128
  tcp 10.128.0.10:49152 -> 10.0.49.10:3128
  0000001B/gateway  forward, eth1.20 (pedago) -> xf-csm
    route   0000001B/gateway/network/30-xf-csm.network:[..]  10.0.48.0/23 by xf-csm
    rule    0000001B/gateway/etanche.nft:[..]  ip saddr 10.128.0.0/22 ip daddr 10.0.49.10 tcp dport 3128 counter accept
    policy  policies/profiles/lycee-cible2.yaml:29  web filtré, élèves (annexe 0 §I.B)
    tunnel  0000001B/gateway/swanctl.conf:[..]  child `pedago-proxy_pedago-v4` covers 10.128.0.0/22 to 10.0.49.0/24
  csm/gateway  forward, xf-0000001B -> eth1.149 (proxy_pedago)
...
  arrives in csm.proxy_pedago
  back    the same way, let through at csm/gateway/etanche.nft:[..], then 0000001B/gateway/etanche.nft:[..]  ct state established accept

IPv6  open on tcp/3128
...
policy   policies/profiles/lycee-cible2.yaml:29  web filtré, élèves (annexe 0 §I.B)

"#]]);
}

#[test]
fn a_closed_pair_is_explained_by_what_stops_it() {
    let place = Place::new();
    place.etanche(&["explain", "0000001B.pedago", "admin"]).assert().success().stdout_eq(str![[r#"
0000001B.pedago -> 0000001B.admin: closed

IPv4  closed
  tcp 10.128.0.10:49152 -> 10.128.4.10:443
  0000001B/gateway  forward, eth1.20 (pedago) -> eth1.10 (admin)
    route   0000001B/gateway/network/20-eth1.10.network:[..]  10.128.4.0/24 by eth1.10
    stops   0000001B/gateway/etanche.nft:[..]  the verdict map `flows` has no entry for eth1.20 . eth1.10, so the last rule of chain `forward` drops it
...
policy   no line of the policy asks for it
proof    T1 0000001B.pedago to 0000001B.admin: shared, no path, but both may open to `0000001B.dmz`
permit   policies/establishments/0000001B.yaml (the operator's)  - allow: pedago -> admin on https
tried    it opens, and the proof refuses it: isolation/admin-pedagogic (T1)
waiver   policies/waivers.yaml (the academy's)  opens: pedago@0000001B -> admin@0000001B on https
tried    for a day: it opens, and the proof refuses it: isolation/admin-pedagogic (T1)

"#]]);
}

#[test]
fn dated_permits_are_explained_day_by_day() {
    let place = Place::new();
    place.etanche(&["explain", "0000001B.exam", "csm.pupils"]).assert().success().stdout_eq(str![[r#"
0000001B.exam -> csm.pupils: open on some days

until 2027-06-13; from 2027-07-03 on
...
from 2027-06-14 until 2027-07-02
...
policy   policies/establishments/0000001B.yaml:42  épreuve Pix (from 2027-06-14 until 2027-07-02)

"#]]);
}

#[test]
fn the_road_by_the_wan_shows_translation() {
    let place = Place::new();
    let asked = ["explain", "csm.probes", "0000002C.supervision", "icmp/echo"];
    place.etanche(&asked).assert().success().stdout_eq(str![[r#"
csm.probes -> 0000002C.supervision on icmp/echo: open

IPv4  open on icmp/echo
...
    nat     csm/gateway/etanche.nft:[..]  the source becomes 203.0.113.20
  0000002C/gateway  input, eth0 (WAN) -> itself
...
  arrives at the gateway of 0000002C
  back    the same way, let through at 0000002C/gateway/etanche.nft:[..], then csm/gateway/etanche.nft:[..]  ct state established accept

IPv6  nothing: `icmp/echo` has no packet of IPv6
...
"#]]);
}

#[test]
fn explain_tells_a_refused_workspace_as_it_would_be() {
    let place = Place::new();
    place.append(SCHOOL, LEAK);
    let asked = ["explain", "0000001B.wifi_staff", "admin_servers"];
    place
        .etanche(&asked)
        .assert()
        .code(1)
        .stdout_eq(str![[r#"
0000001B.wifi_staff -> 0000001B.admin_servers: open
...
proof    T1 0000001B.wifi_staff to 0000001B.admin_servers: leak: `etanche check` shows the path

"#]])
        .stderr_eq(str![[r#"
note: this workspace is refused (1 error): see `etanche check`

"#]]);
}

#[test]
fn a_machine_with_two_feet_is_a_way_past_the_gateway() {
    let place = Place::new();
    place.replace(SCHOOL, "{ in: [pedago_servers], ", "{ in: [pedago_servers, admin_servers], ");
    let asked = ["explain", "0000001B.pedago_servers", "admin_servers"];
    place.etanche(&asked).assert().code(1).stdout_eq(str![[r#"
0000001B.pedago_servers -> 0000001B.admin_servers: open
...
open past the gateways
  joined  policies/establishments/0000001B.yaml:[..]  machine `replique` has a foot in both
...
"#]]);
}

#[test]
fn what_joins_two_zones_past_the_gateway_is_named_with_its_line() {
    let place = Place::new();
    let cable = "  - sw-rdc-1.49 = sw-serveurs.25\n";
    let routes = format!("{cable}brownfield:\n  switches:\n    sw-rdc-1: {{ routes: [pedago, mgmt] }}\n");
    place.replace(SCHOOL, cable, &routes);
    place.etanche(&["explain", "0000001B.pedago", "mgmt"]).assert().code(1).stdout_eq(str![[r#"
0000001B.pedago -> 0000001B.mgmt: open
...
open past the gateways
  joined  policies/establishments/0000001B.yaml:[..]  `sw-rdc-1` routes between them, behind the gateway
...
"#]]);
}

#[test]
fn the_way_out_names_the_register_of_the_workspace_that_was_asked() {
    let place = Place::new();
    place.append(SCHOOL, LEAK);
    fs::rename(place.path("policies"), place.path("académie")).expect("another name");
    fs::remove_file(place.path("académie/waivers.yaml")).expect("a register");
    place.etanche(&["check", "académie"]).assert().code(1).stdout_eq(str![[r#"
...
   = help     remove it, or ask for a waiver in académie/waivers.yaml
...
"#]]);
}

#[test]
fn a_process_of_a_gateway_has_the_name_that_flows_give_it() {
    let place = Place::new();
    place.etanche(&["explain", "0000002C.gateway.pupils", "internet", "web"]).assert().success().stdout_eq(str![[r#"
0000002C.pupils -> internet on web: open
...
policy   policies/profiles/lycee-cible1.yaml:23  sortie Internet locale (Cible 1)

"#]]);
}

#[test]
fn what_comes_with_a_gateway_is_no_line_of_the_policy() {
    let place = Place::new();
    place.etanche(&["explain", "internet", "0000001B.gateway"]).assert().success().stdout_eq(str![[r#"
internet -> 0000001B.gateway: open
...
policy   no flow of the policy has these two ends: what opens it is said above

"#]]);
}

/// What the establishment's own file closed is told with both lines, and addresses stand for what has them.
#[test]
fn a_flow_that_was_given_up_is_told_with_the_line_that_gave_it_up() {
    let place = Place::new();
    place.etanche(&["explain", "0000001B.guest", "csm.pupils", "proxy"]).assert().success().stdout_eq(str![[r#"
0000001B.guest -> csm.pupils on proxy: closed
...
given up policies/delegated/0000001B.yaml:8  what policies/profiles/lycee-cible2.yaml:29 permits, by the establishment itself

"#]]);
    for (word, label) in [("10.0.242.10", "csm.logs"), ("198.19.0.1", "internet (198.19.0.1/32)")] {
        let told = place.etanche(&["explain", "0000001B.pedago", word]).assert().success();
        let told = String::from_utf8(told.get_output().stdout.clone()).expect("UTF-8");
        assert!(told.starts_with(&format!("0000001B.pedago -> {label}: closed\n")), "{told}");
    }
}

#[test]
fn words_for_something_else_than_an_end_are_answered_by_the_end_to_ask_about() {
    let place = Place::new();
    let told = |words: &[&str], wanted| place.makes_no_sense(words, wanted);
    told(
        &["explain", "1B.pedago", "csm.pupils"],
        str![[r#"
error: there is no site `1B`
help: did you mean `0000001B`?

"#]],
    );
    told(
        &["explain", "0000001B", "csm.pupils"],
        str![[r#"
error: `0000001B` is a whole site
help: [..]

"#]],
    );
    told(
        &["explain", "0000001B.sw-rdc-1", "csm.logs"],
        str![[r#"
error: `0000001B.sw-rdc-1` is a switch: its own address, [..], is in `0000001B.mgmt`
help: ask about `0000001B.mgmt`; what a switch carries is told by `etanche graph`

"#]],
    );
    told(
        &["explain", "10.128.0.10", "csm.pupils"],
        str![[r#"
error: `10.128.0.10` is a machine of `0000001B.pedago` that has no name of its own
help: ask about `0000001B.pedago`: its machines are all treated alike, but for hosts with a name

"#]],
    );
    told(
        &["explain", "172.17.0.10", "csm.pupils"],
        str![[r#"
error: `172.17.0.10` is in 2 zones: each of these sites has it, behind its own exit
help: say which one: `0000002C.pedago`, `0000003D.pedago`

"#]],
    );
    told(
        &["explain", "csm.probes", "198.51.100.3"],
        str![[r#"
error: `198.51.100.3` is the public address of the gateway of `0000003D`
help: ask about `0000003D.supervision`, who may reach it; or `0000003D.gateway`, what it opens

"#]],
    );
}

#[test]
fn names_that_mean_nothing_are_answered_by_names_that_do() {
    let place = Place::new();
    let told = |words: &[&str], wanted| place.makes_no_sense(words, wanted);
    told(
        &["explain", "pedago", "admin"],
        str![[r#"
error: 5 sites have `pedago`
help: say which one: `0000001B.pedago`, `0000002C.pedago`, `0000003D.pedago`, `0000004E.pedago`, `csm.pedago`

"#]],
    );
    told(
        &["explain", "0000001B.pedgo", "csm.pupils"],
        str![[r#"
error: there is no zone, host or process `0000001B.pedgo`
help: did you mean `0000001B.pedago`?

"#]],
    );
    told(
        &["explain", "0000001C.pedago", "csm.pupils"],
        str![[r#"
error: there is no site `0000001C`
help: did you mean `0000001B`?

"#]],
    );
    told(
        &["explain", "0000001B.nowhere", "csm.pupils"],
        str![[r#"
error: there is no zone, host or process `0000001B.nowhere`
help: there are `0000001B.access_control`, `0000001B.admin`, `0000001B.admin_servers`, `0000001B.bms`, `0000001B.byod`, `0000001B.dmz` and [..] more

"#]],
    );
    told(
        &["explain", "0000001B.pedago", "csm.pupils", "prxy"],
        str![[r#"
error: there is no service `prxy`
help: did you mean `proxy`? A service can be written out too: `tcp/443`, `icmp/echo`

"#]],
    );
    told(
        &["graph", "0000001A"],
        str![[r#"
error: there is no site `0000001A`
help: did you mean `0000001B`?

"#]],
    );
}

#[test]
fn graphviz_reads_the_pictures() {
    let place = Place::new();
    for words in [&["graph"][..], &["graph", "0000001B"], &["graph", "0000002C"], &["graph", "csm"]] {
        let dot = place.etanche(words).assert().success().get_output().stdout.clone();
        let read = Command::new("dot").arg("-Tsvg").stdin(dot);
        read.assert().success().stderr_eq("");
    }
}

#[test]
fn a_link_of_several_cables_is_one_line_with_its_ports() {
    let place = Place::new();
    place.replace(SCHOOL, "sw-rdc-1.49 = sw-serveurs.25", "sw-rdc-1.49-50 = sw-serveurs.25-26");
    let dot = place.etanche(&["graph", "0000001B"]).assert().success().get_output().stdout.clone();
    let dot = String::from_utf8(dot).expect("UTF-8");
    let between = dot.lines().filter(|line| line.contains("\"switch sw-rdc-1\" -> \"switch sw-serveurs\""));
    let between: Vec<&str> = between.collect();
    assert_eq!(between.len(), 1, "{dot}");
    assert!(between[0].contains("taillabel=\"49-50\", headlabel=\"25-26\""), "{}", between[0]);
}

#[test]
fn what_people_wrote_cannot_break_a_picture() {
    let place = Place::new();
    place.replace(SCHOOL, "Lycée polyvalent des Trois-Rivières", "Lycée \\\\ <b> & -> ]");
    let dot = place.etanche(&["graph", "0000001B"]).assert().success().get_output().stdout.clone();
    Command::new("dot").arg("-Tsvg").stdin(dot).assert().success().stderr_eq("");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    let program = snapbox::cmd::cargo_bin!("etanche").display().to_string();
    let piped = format!("'{program}' schema | head -c 1; test ${{PIPESTATUS[0]}} -eq 0");
    Command::new("bash").args(["-c", &piped]).current_dir(place.dir.path()).assert().success().stderr_eq("");
    let full = format!("'{program}' schema > /dev/full");
    Command::new("bash").args(["-c", &full]).assert().code(3).stderr_eq(str![[r#"
error: cannot write to standard output: No space left on device (os error 28)

"#]]);
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let place = Place::new();
    let plain = place.etanche(&["check"]).assert().success().get_output().stdout.clone();
    assert!(!plain.contains(&0x1b));
    let asked = place.etanche(&["check", "--color", "always"]).assert().success().get_output().stdout.clone();
    assert!(asked.contains(&0x1b));
}

#[test]
fn help_is_as_it_was_read_aloud() {
    let place = Place::new();
    place.etanche(&["--help"]).assert().success().stdout_eq(file!["cli/help.txt"]);
    place.etanche(&["check", "--help"]).assert().success().stdout_eq(file!["cli/check.txt"]);
    place.etanche(&["compile", "--help"]).assert().success().stdout_eq(file!["cli/compile.txt"]);
    place.etanche(&["explain", "--help"]).assert().success().stdout_eq(file!["cli/explain.txt"]);
    place.etanche(&["graph", "--help"]).assert().success().stdout_eq(file!["cli/graph.txt"]);
    place.etanche(&["rules", "--help"]).assert().success().stdout_eq(file!["cli/rules.txt"]);
    place.etanche(&["owners", "--help"]).assert().success().stdout_eq(file!["cli/owners.txt"]);
    place.etanche(&["schema", "--help"]).assert().success().stdout_eq(file!["cli/schema.txt"]);
    place.etanche(&["verify", "--help"]).assert().success().stdout_eq(file!["cli/verify.txt"]);
}

#[test]
fn usage_errors_end_with_2() {
    let place = Place::new();
    place.etanche(&["compil"]).assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: unrecognized subcommand 'compil'

  tip: a similar subcommand exists: 'compile'

Usage: etanche [OPTIONS] <COMMAND>

For more information, try '--help'.

"#]]);
}
