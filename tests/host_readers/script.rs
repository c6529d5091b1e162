//! `apply.sh` for real, in a mount namespace whose `/etc`, `/run` and `/var/lib` are temporary folders.
//!
//! The programs it calls are stubs that write down how they were called and fail when told to; the last tests use the
//! real nft, conntrack and charon.

use super::fixture::gateway;
use super::judge::{folder, isolated, put};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

const STUBBED: &str =
    "nft swanctl networkctl systemctl conntrack sysctl /usr/lib/systemd/systemd-sysctl /usr/lib/ipsec/charon";

/// Writes down its call; fails when `fail` has the line; the rest is what each program answers.
const STUB: &str = r#"#!/bin/sh
line="${0##*/} $*"
case $line in "swanctl --stats" | "charon "*) ;; *) echo "$line" >>FOLDER/log ;; esac
grep -qxF -e "$line" FOLDER/fail && exit 1
case $line in
"charon "*) exec sleep 20 ;;
"sysctl -n "*) echo 0 ;;
"ss -H -ltn "*) echo LISTEN ;;
"systemctl -q is-enabled "* | "systemctl -q is-active squid.service") exit 1 ;;
esac
exit 0
"#;

const PRELUDE: &str = r#"
PATH=/usr/sbin:/usr/bin:/sbin:/bin
w=$1
for tool in $2; do mount --bind "$w/stub" "$(command -v "$tool")"; done
mount --bind "$w/etc" /etc
mount --bind "$w/run" /run
mount --bind "$w/lib" /var/lib
ip link set lo up
waiting() {
    tries=0
    until grep -q 'type `keep`' "$w/said" || [ "$tries" -eq 100 ]; do tries=$((tries + 1)); sleep 0.1; done
}
"#;

/// A gateway with an earlier generation on it, and the next one beside.
struct Device {
    dir: tempfile::TempDir,
}

/// Path to mode and bytes of every file under a folder.
type Tree = BTreeMap<String, (u32, Vec<u8>)>;

impl Device {
    fn new() -> Device {
        let dir = folder();
        let at = dir.path();
        let own = at.to_str().expect("a path of plain letters").to_owned();
        put(at, "stub", &STUB.replace("FOLDER", &own), 0o755);
        put(at, "fail", "", 0o644);
        put(at, "log", "", 0o666);
        for (path, text) in next_generation() {
            put(at, &format!("new/{path}"), &text, 0o644);
        }
        put(at, "etc/etanche/etanche.nft", &RULES.replace("drop", "accept"), 0o640);
        put(at, "etc/sysctl.d/90-etanche.conf", "net.ipv4.ip_forward = 0\n", 0o600);
        put(at, "etc/systemd/network/10-eth0.network", "# the former WAN\n", 0o644);
        put(at, "etc/systemd/network/99-old.network", "# a VLAN that goes\n", 0o644);
        put(at, "etc/systemd/network/foreign.network", "# somebody else's\n", 0o644);
        put(at, "run/.keep", "", 0o644);
        put(at, "lib/etanche/applied.tsv", FORMER, 0o644);
        Device { dir }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn run(&self, stubs: &str, body: &str, stdin: &str) -> Output {
        let own = self.path().to_str().expect("a path of plain letters");
        isolated(&format!("{PRELUDE}{body}"), self.path(), &[own, stubs], stdin)
    }

    /// Runs the script with stubs: whether it ended well, and what it said.
    fn apply(&self, seconds: &str, stdin: &str) -> (bool, String) {
        self.apply_with(STUBBED, seconds, stdin)
    }

    fn apply_with(&self, stubs: &str, seconds: &str, stdin: &str) -> (bool, String) {
        let done = self.run(stubs, &format!("sh \"$w/new/apply.sh\" {seconds}"), stdin);
        (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned())
    }

    /// The same gateway, with a proxy of its own and its list of a category.
    fn with_proxy() -> Device {
        let device = Device::new();
        let table = next_generation()["apply.tsv"].clone() + PROXY;
        put(device.path(), "new/apply.tsv", &table, 0o644);
        put(device.path(), "new/squid-staff.conf", PROXY_CONF, 0o644);
        put(device.path(), "etc/squid/ut1/malware/domains", ".liste.example\n", 0o644);
        device
    }

    fn fails(&self, lines: &str) {
        put(self.path(), "fail", lines, 0o644);
    }

    fn log(&self) -> Vec<String> {
        let bytes = std::fs::read(self.path().join("log")).expect("the stubs' log");
        let own = format!("{}/new/", self.path().display());
        String::from_utf8(bytes).expect("text").replace(&own, "").lines().map(str::to_owned).collect()
    }

    /// What is under `/etc`, and what the script remembers.
    fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        for part in ["etc", "lib"] {
            collect(&self.path().join(part), part, &mut tree);
        }
        tree.remove("lib/etanche/lock");
        tree.remove("lib/etanche/check.log");
        tree
    }
}

fn collect(dir: &Path, name: &str, tree: &mut Tree) {
    for entry in std::fs::read_dir(dir).expect("a folder of ours") {
        let entry = entry.expect("a file of ours");
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        let meta = entry.metadata().expect("a file of ours");
        if meta.is_dir() {
            collect(&entry.path(), &path, tree);
        } else {
            let bytes = std::fs::read(entry.path()).expect("a file of ours");
            tree.insert(path, (meta.permissions().mode() & 0o7777, bytes));
        }
    }
}

const FORMER: &str = "etanche.nft\t/etc/etanche/etanche.nft\t0640
sysctl.conf\t/etc/sysctl.d/90-etanche.conf\t0600
network/10-eth0.network\t/etc/systemd/network/10-eth0.network\t0644
network/99-old.network\t/etc/systemd/network/99-old.network\t0644
";

const PROXY: &str = "squid-staff.conf\t/etc/squid/staff.conf\t0644
etanche-proxy-staff.service\t/etc/systemd/system/etanche-proxy-staff.service\t0644
";

const PROXY_CONF: &str = "http_port 10.128.4.1:3128
acl ut1_malware dstdomain -n \"/etc/squid/ut1/malware/domains\"
";

/// With the programs that a proxy needs.
const PROXY_STUBBED: &str =
    "nft swanctl networkctl systemctl conntrack sysctl /usr/lib/systemd/systemd-sysctl /usr/lib/ipsec/charon squid ss";

const RULES: &str = "table inet etanche {
}
delete table inet etanche
table inet etanche {
\tchain forward {
\t\ttype filter hook forward priority filter; policy drop;
\t}
}
";

fn next_generation() -> BTreeMap<String, String> {
    let mut files = gateway();
    files.insert("etanche.nft".to_owned(), RULES.to_owned());
    let table = files.get_mut("apply.tsv").expect("the gateway has a table");
    table.push_str("etanche.nft\t/etc/etanche/etanche.nft\t0640\n");
    files
}

/// What the device must look like once the next generation is kept.
fn kept(before: &Tree) -> Tree {
    let mut tree = before.clone();
    tree.remove("etc/systemd/network/99-old.network");
    let files = next_generation();
    for row in files["apply.tsv"].lines() {
        let cells: Vec<&str> = row.split('\t').collect();
        let mode = u32::from_str_radix(cells[2], 8).expect("a mode");
        tree.insert(cells[1].trim_start_matches('/').to_owned(), (mode, files[cells[0]].clone().into_bytes()));
    }
    tree.insert("lib/etanche/applied.tsv".to_owned(), (0o644, files["apply.tsv"].clone().into_bytes()));
    tree
}

#[test]
fn a_confirmed_run_installs_everything_and_takes_away_what_is_no_more() {
    let device = Device::new();
    let before = device.tree();
    let (well, said) = device.apply("20", "keep\n");
    assert!(well, "{said}");
    assert_eq!(device.tree(), kept(&before));
    let expected = [
        "nft -c -f etanche.nft",
        "swanctl --load-all --noprompt --file swanctl.conf",
        "sysctl -n net.ipv4.ip_forward",
        "sysctl -n net.ipv6.conf.all.forwarding",
        "systemctl -q is-enabled etanche-firewall.service",
        "systemctl -q is-enabled strongswan.service",
        "systemctl -q is-enabled systemd-networkd.service",
        "systemctl is-enabled squid.service",
        "systemctl -q is-active squid.service",
        "systemctl daemon-reload",
        "nft -f /etc/etanche/etanche.nft",
        "systemd-sysctl /etc/sysctl.d/90-etanche.conf",
        "systemctl restart systemd-networkd.service",
        "systemctl restart strongswan.service",
        "swanctl --load-all --noprompt",
        "systemctl -q enable etanche-firewall.service systemd-networkd.service strongswan.service",
        "systemctl restart etanche-firewall.service",
        "conntrack -F",
    ];
    assert_eq!(device.log(), expected);
}

#[test]
fn a_second_run_of_the_same_files_reloads_without_restarting() {
    let device = Device::new();
    assert!(device.apply("20", "keep\n").0);
    let kept = device.tree();
    put(device.path(), "log", "", 0o666);
    assert!(device.apply("20", "keep\n").0);
    assert_eq!(device.tree(), kept);
    let log = device.log();
    assert!(log.contains(&"networkctl reload".to_owned()), "{log:?}");
    assert!(!log.iter().any(|l| l.contains("restart strongswan") || l.contains("restart systemd-networkd")), "{log:?}");
}

#[test]
fn a_file_confirms_as_well_as_a_word() {
    let device = Device::new();
    let body = r#"sh "$w/new/apply.sh" 20 </dev/null 2>"$w/said" & run=$!
        waiting
        : >/run/etanche/confirm
        wait "$run""#;
    let before = device.tree();
    let done = device.run(STUBBED, body, "");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(device.tree(), kept(&before));
}

/// The stubs' log from the roll-back on.
fn after_undo(log: &[String]) -> &[String] {
    let at = log.iter().rposition(|l| l == "systemctl daemon-reload").expect("a second reload");
    &log[at..]
}

#[test]
fn a_run_that_nobody_confirms_comes_back_byte_for_byte() {
    let device = Device::new();
    let before = device.tree();
    let (well, said) = device.apply("1", "no\nkept\n");
    assert!(!well && said.contains("nobody confirmed"), "{said}");
    assert_eq!(device.tree(), before);
    let expected = [
        "systemctl daemon-reload",
        "nft -f /etc/etanche/etanche.nft",
        "systemd-sysctl /etc/sysctl.d/90-etanche.conf",
        "systemctl restart systemd-networkd.service",
        "systemctl restart strongswan.service",
        "swanctl --load-all --noprompt",
        "sysctl -q -w net.ipv4.ip_forward=0",
        "sysctl -q -w net.ipv6.conf.all.forwarding=0",
        "conntrack -F",
    ];
    assert_eq!(after_undo(&device.log()), expected);
}

#[test]
fn a_failing_check_changes_nothing_and_loads_nothing() {
    for (check, called) in [("nft -c -f", 1), ("swanctl --load-all --noprompt --file", 2)] {
        let device = Device::new();
        let before = device.tree();
        let file = if called == 1 { "etanche.nft" } else { "swanctl.conf" };
        device.fails(&format!("{check} {}/new/{file}\n", device.path().display()));
        let (well, said) = device.apply("20", "keep\n");
        assert!(!well && said.contains("nothing was changed"), "{said}");
        assert_eq!(device.tree(), before);
        assert_eq!(device.log().len(), called, "{:?}", device.log());
    }
}

#[test]
fn a_step_that_fails_undoes_all_steps() {
    for step in [
        "nft -f /etc/etanche/etanche.nft",
        "swanctl --load-all --noprompt",
        "systemctl restart etanche-firewall.service",
    ] {
        let device = Device::new();
        let before = device.tree();
        device.fails(&format!("{step}\n"));
        let (well, said) = device.apply("20", "keep\n");
        assert!(!well && said.contains("undoing"), "{step}: {said}");
        assert_eq!(device.tree(), before, "{step}");
    }
}

#[test]
fn a_signal_while_it_waits_undoes_everything_at_once() {
    for signal in ["HUP", "TERM"] {
        let device = Device::new();
        let before = device.tree();
        let body = format!(
            r#"sh "$w/new/apply.sh" 60 </dev/null 2>"$w/said" & run=$!
            waiting
            kill -{signal} "$run"
            wait "$run""#
        );
        let started = std::time::Instant::now();
        let done = device.run(STUBBED, &body, "");
        assert_eq!(done.status.code(), Some(1), "{signal}");
        assert!(started.elapsed().as_secs() < 30, "{signal} was not heard");
        assert_eq!(device.tree(), before, "{signal}");
    }
}

#[test]
fn a_terminal_that_is_gone_does_not_stop_the_way_back() {
    let device = Device::new();
    let before = device.tree();
    // The reader of its messages goes away: every later message would end it by SIGPIPE.
    let body = r#"{ sh "$w/new/apply.sh" 2 2>&1 </dev/null || echo "$?" >"$w/code"; } | true
        tries=0
        until [ -s "$w/code" ] || [ "$tries" -eq 150 ]; do tries=$((tries + 1)); sleep 0.1; done"#;
    device.run(STUBBED, body, "");
    assert_eq!(std::fs::read(device.path().join("code")).expect("it ended"), b"1\n");
    assert_eq!(device.tree(), before);
}

#[test]
fn a_run_that_was_killed_is_undone_by_the_next() {
    let device = Device::new();
    let before = device.tree();
    let body = r#"sh "$w/new/apply.sh" 60 </dev/null 2>"$w/said" & run=$!
        waiting
        kill -KILL "$run"
        wait "$run" || :
        sh "$w/new/apply.sh" 60 </dev/null"#;
    let done = device.run(STUBBED, body, "");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success() && said.contains("an earlier run did not end"), "{said}");
    assert_eq!(device.tree(), before);
}

#[test]
fn a_run_that_the_power_ended_is_undone_by_the_boot_and_never_while_it_runs() {
    let device = Device::new();
    let before = device.tree();
    let body = r#"sh "$w/new/apply.sh" 60 </dev/null 2>"$w/said" & run=$!
        waiting
        cp /etc/systemd/system/etanche-undo.service "$w/undo.service"
        test -L /etc/systemd/system/sysinit.target.wants/etanche-undo.service
        sh /var/lib/etanche/undo.sh boot
        test -e /var/lib/etanche/saved/list
        kill -KILL "$run"
        wait "$run" || :
        rm -r /run/etanche
        sh /var/lib/etanche/undo.sh boot"#;
    let done = device.run(STUBBED, body, "");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.matches("nobody confirmed the run before this boot").count() == 1, "{said}");
    assert_eq!(device.tree(), before);
    let log = device.log();
    assert!(!after_undo(&log).iter().any(|line| line.starts_with("nft") || line.contains("restart")), "{log:?}");
    let unit = device.path().join("undo.service").display().to_string();
    let judged = super::judge::isolated("systemd-analyze verify --man=no \"$1\"", device.path(), &[&unit], "");
    let says = String::from_utf8_lossy(&judged.stderr);
    assert!(judged.status.success() && says.is_empty(), "{says}");
}

#[test]
fn a_proxy_is_started_once_the_distributions_own_is_masked() {
    let device = Device::with_proxy();
    let (well, said) = device.apply_with(PROXY_STUBBED, "20", "keep\n");
    assert!(well && said.contains("masking squid.service"), "{said}");
    let log = device.log();
    let at = |wanted: &str| log.iter().position(|line| line == wanted).unwrap_or_else(|| panic!("{wanted}: {log:?}"));
    let steps = [
        "systemctl restart etanche-firewall.service",
        "systemctl -q mask --now squid.service",
        "systemctl restart etanche-proxy-staff.service",
        "systemctl -q is-active etanche-proxy-staff.service",
        "ss -H -ltn src = 10.128.4.1:3128",
        "conntrack -F",
    ];
    assert!(steps.map(at).is_sorted(), "{log:?}");
}

#[test]
fn a_proxy_that_dies_at_start_or_does_not_listen_undoes_everything() {
    for dead in ["systemctl -q is-active etanche-proxy-staff.service", "ss -H -ltn src = 10.128.4.1:3128"] {
        let device = Device::with_proxy();
        let before = device.tree();
        device.fails(&format!("{dead}\n"));
        let (well, said) = device.apply_with(PROXY_STUBBED, "20", "keep\n");
        let named =
            said.contains("etanche-proxy-staff.service does not run") && said.contains("proxies: this step failed");
        assert!(!well && named, "{dead}: {said}");
        assert_eq!(device.tree(), before, "{dead}");
        let log = device.log();
        for undone in ["systemctl -q disable --now etanche-proxy-staff.service", "systemctl -q unmask squid.service"] {
            assert!(log.iter().any(|line| line == undone), "{undone}: {log:?}");
        }
    }
}

#[test]
fn a_proxy_that_is_no_more_ends_before_its_unit_goes() {
    let device = Device::with_proxy();
    assert!(device.apply_with(PROXY_STUBBED, "20", "keep\n").0);
    put(device.path(), "new/apply.tsv", &next_generation()["apply.tsv"], 0o644);
    put(device.path(), "log", "", 0o666);
    let (well, said) = device.apply("20", "keep\n");
    assert!(well, "{said}");
    let log = device.log();
    let ended = log.iter().position(|line| line == "systemctl -q disable --now etanche-proxy-staff.service");
    let reloaded = log.iter().position(|line| line == "systemctl daemon-reload");
    assert!(ended.is_some() && ended < reloaded, "{log:?}");
    assert!(!device.tree().contains_key("etc/systemd/system/etanche-proxy-staff.service"));
}

#[test]
fn what_is_missing_is_told_before_anything_changes() {
    let device = Device::with_proxy();
    put(device.path(), "etc/squid/ut1/malware/domains", "", 0o644);
    put(device.path(), "plain", "", 0o644);
    let before = device.tree();
    let (well, said) = device.apply_with(PROXY_STUBBED, "20", "keep\n");
    assert!(!well && said.contains("/etc/squid/ut1/malware/domains is absent or empty"), "{said}");
    let body = r#"mount --bind "$w/plain" "$(command -v conntrack)"
        sh "$w/new/apply.sh" 20"#;
    let done = device.run(PROXY_STUBBED, body, "keep\n");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success() && said.contains("conntrack is not installed: nothing was changed"), "{said}");
    assert_eq!((device.tree(), device.log()), (before, Vec::new()));
}

#[test]
fn a_second_run_beside_the_first_is_refused() {
    let device = Device::new();
    let body = r#"sh "$w/new/apply.sh" 60 </dev/null 2>"$w/said" & run=$!
        waiting
        sh "$w/new/apply.sh" 1 </dev/null || echo refused
        : >/run/etanche/confirm
        wait "$run""#;
    let done = device.run(STUBBED, body, "");
    assert!(done.status.success());
    assert_eq!(String::from_utf8_lossy(&done.stdout), "refused\n");
}

#[test]
fn the_real_nft_has_its_former_rules_back() {
    let device = Device::new();
    let body = r#"nft add table inet foreign
        nft -f /etc/etanche/etanche.nft
        nft list ruleset >"$w/before"
        sh "$w/new/apply.sh" 60 </dev/null 2>"$w/said" & run=$!
        waiting
        nft list ruleset >"$w/during"
        kill -TERM "$run"
        wait "$run" || :
        nft list ruleset"#;
    let stubs = STUBBED.replace("nft ", "").replace("conntrack ", "");
    let done = device.run(&stubs, body, "");
    let read = |name: &str| String::from_utf8(std::fs::read(device.path().join(name)).expect(name)).expect("text");
    assert!(done.status.success(), "{}\n{}", String::from_utf8_lossy(&done.stderr), read("said"));
    assert!(read("during").contains("policy drop") && read("during").contains("inet foreign"), "{}", read("said"));
    assert_eq!(String::from_utf8_lossy(&done.stdout), read("before"));
}

#[test]
fn the_real_daemon_refuses_tunnels_with_a_misspelt_key() {
    let device = Device::new();
    let wrong = gateway()["swanctl.conf"].replacen("version = 2", "versoin = 2", 1);
    put(device.path(), "new/swanctl.conf", &wrong, 0o644);
    for name in ["strongswan.conf", "swanctl/x509/.keep"] {
        put(device.path(), &format!("etc/{name}"), "", 0o644);
    }
    let before = device.tree();
    let stubs = STUBBED.replace("swanctl ", "").replace(" /usr/lib/ipsec/charon", "");
    let done = device.run(&stubs, "sh \"$w/new/apply.sh\" 20", "keep\n");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success() && said.contains("refused by the IKE daemon"), "{said}");
    assert_eq!(device.tree(), before);
}
