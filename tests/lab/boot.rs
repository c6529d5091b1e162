//! A gateway with proxies of its own on a machine with a real systemd: its own `apply.sh`, power cuts, boots.
//!
//! `boot/machine.sh` gives the machine its namespaces and a disk that outlives a power cut (the end of its first process). The
//! `.netdev` files stay out, for this kernel makes no VLAN, and charon is another test's. Everything else is as on a gateway.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, create_dir_all};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::lycee::say;
use super::region::{Written, region};

const SITE: &str = "0000002C";

/// For one boot or one script: a machine that runs other tests as well is slow, and only what hangs takes this long.
const PATIENCE: Duration = Duration::from_secs(400);

/// How `timeout` ends when it had to end what it ran.
const TIMED_OUT: i32 = 124;

/// What a machine looks like from within, a fact a line.
const LOOK: &str = r#"
echo "forwarding $(cat /proc/sys/net/ipv4/ip_forward) $(cat /proc/sys/net/ipv6/conf/all/forwarding)"
nft list tables
systemctl list-units --no-legend --plain 'etanche-*' | while read -r unit _ active _; do echo "$unit $active"; done
echo "squid.service $(systemctl is-enabled squid.service)"
ss -Hltn | while read -r _ _ _ address _; do echo "listens $address"; done
for pid in $(pgrep -x squid); do
    while read -r key value _; do
        case $key in Uid: | CapBnd: | CapEff: | NoNewPrivs:) printf '%s %s ' "$key" "$value" ;; esac
    done <"/proc/$pid/status"
    echo
done | sort -u
for link in /proc/sys/net/ipv6/conf/*; do echo "ipv6 off ${link##*/} $(cat "$link/disable_ipv6")"; done
for file in /etc/etanche/* /etc/squid/*.conf /etc/systemd/network/* /etc/systemd/system/etanche-*; do
    echo "file $(cksum "$file")"
done
find /var/lib/etanche /run/etanche -name saved -o -name undo.sh -o -name running
"#;

/// A machine; its disk holds what it held at the last power cut.
struct Machine {
    work: tempfile::TempDir,
    links: Vec<String>,
    power: Option<Child>,
}

fn script(name: &str) -> String {
    format!("{}/tests/lab/boot/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn put(path: &Path, text: &str) {
    create_dir_all(path.parent().expect("a folder")).expect("a temporary folder can be filled");
    File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).expect("a temporary file can be written");
}

/// The device's files but for those that make interfaces, and its lists of categories.
fn give(work: &Path, folder: &str, device: &Written) {
    for (path, text) in device.files.iter().filter(|(path, _)| !path.ends_with(".netdev")) {
        let rows = |text: &str| text.lines().filter(|l| !l.contains(".netdev\t")).map(|l| format!("{l}\n")).collect();
        let text: String = if path == "apply.tsv" { rows(text) } else { text.clone() };
        put(&work.join("given").join(folder).join(path), &text);
    }
    for list in device.bundle.web.iter().flat_map(|web| &web.lists).filter(|list| list.category.is_some()) {
        let below = list.path.strip_prefix("/etc/squid/").expect("lists stand under /etc/squid");
        put(&work.join("given/slots").join(below), ".liste.example\n");
    }
}

impl Machine {
    /// With a gateway's files beside, and none installed.
    fn new(device: &Written) -> Machine {
        let work = tempfile::tempdir_in("/var/tmp").expect("a temporary folder");
        give(work.path(), "first", device);
        let done = Command::new("sh").arg(script("prepare.sh")).arg(work.path()).output().expect("sh starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let links = device.links().iter().map(|link| link.name.clone()).collect();
        let mut machine = Machine { work, links, power: None };
        machine.boot();
        machine
    }

    /// The same, once its files are applied and confirmed.
    fn applied(device: &Written) -> Machine {
        let machine = Machine::new(device);
        let said = machine.sh("cd /mnt/first; : >/run/said; \
             (until grep -q -e 'type .keep' -e '^ended' /run/said; do sleep 0.2; done; echo keep) | \
             { sh apply.sh 600; echo \"ended $?\"; } >/run/said 2>&1; cat /run/said");
        assert!(said.contains("apply: kept"), "{said}");
        machine
    }

    fn boot(&mut self) {
        // A test that is killed leaves no machine behind.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "unshare"]);
        command.args(["--net", "--mount", "--pid", "--ipc", "--uts", "--cgroup", "--fork", "--kill-child", "--", "sh"]);
        command.arg(script("machine.sh")).arg(self.work.path()).args(&self.links);
        let log = File::create(self.work.path().join("log")).expect("a temporary file can be made");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.power = Some(command.spawn().expect("unshare starts: `tests/run` installs what the lab needs"));
        let start = Instant::now();
        loop {
            let state = self.sh("systemctl is-system-running --wait 2>/dev/null");
            if ["running", "degraded"].contains(&state.trim()) {
                break;
            }
            assert!(start.elapsed() < PATIENCE, "the machine does not boot: {state:?}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Whatever it was doing.
    fn cut_the_power(&mut self) {
        if let Some(mut power) = self.power.take() {
            // The namespace of processes ends with its first.
            power.kill().unwrap_or_default();
            power.wait().map(drop).unwrap_or_default();
        }
    }

    fn reboot(&mut self) {
        self.cut_the_power();
        self.boot();
    }

    /// What a shell inside prints.
    fn sh(&self, script: &str) -> String {
        let unshare = self.power.as_ref().expect("a machine that runs").id();
        let children = format!("/proc/{unshare}/task/{unshare}/children");
        let mut first = String::new();
        File::open(children).and_then(|mut file| file.read_to_string(&mut first)).unwrap_or_default();
        let done = Command::new("timeout")
            .arg(PATIENCE.as_secs().to_string())
            .args(["nsenter", "--target", first.trim(), "--all", "--root", "--wd=/", "--", "sh", "-c", script])
            .stdin(Stdio::null())
            .output()
            .expect("nsenter starts");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert_ne!(done.status.code(), Some(TIMED_OUT), "after {PATIENCE:?} `{script}` has only said {said:?}");
        said
    }

    /// Its facts, once its proxies have started or given up.
    fn look(&self) -> BTreeSet<String> {
        self.sh(LOOK).lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.cut_the_power();
    }
}

fn assert_has(facts: &BTreeSet<String>, wanted: &[String]) {
    for fact in wanted {
        assert!(facts.contains(fact), "no `{fact}` in\n{}", facts.iter().cloned().collect::<Vec<_>>().join("\n"));
    }
}

/// A process of each account, which can do nothing but bind a port, and no other Squid.
fn processes(device: &Written) -> BTreeSet<String> {
    let uids = region().net.processes_of(device.site).map(|(_, process)| process.uid);
    uids.map(|uid| format!("Uid: {uid} CapEff: 0000000000000400 CapBnd: 0000000000000400 NoNewPrivs: 1")).collect()
}

/// A gateway as it must be: its rules and forwarding, its proxies, and nobody else's.
fn assert_works(device: &Written, facts: &BTreeSet<String>) {
    let mut wanted: Vec<String> =
        ["forwarding 1 0", "table inet etanche", "etanche-firewall.service active", "squid.service masked"]
            .map(str::to_owned)
            .to_vec();
    wanted.extend(device.bundle.services.iter().map(|service| format!("{}.service active", service.name)));
    let listeners = device.bundle.web.iter().flat_map(|web| &web.listen);
    wanted.extend(listeners.map(|(address, port)| format!("listens {address}:{port}")));
    wanted.extend(device.links().iter().map(|link| format!("ipv6 off {} 1", link.name)));
    assert_has(facts, &wanted);
    let squids: BTreeSet<String> = facts.iter().filter(|fact| fact.starts_with("Uid: ")).cloned().collect();
    assert_eq!(squids, processes(device));
    let unfinished = facts.iter().find(|fact| fact.starts_with("/var/lib/etanche") || fact.starts_with("/run/etanche"));
    assert_eq!(unfinished, None);
}

#[test]
fn a_gateway_comes_back_after_a_power_cut_with_its_rules_and_then_its_proxies() {
    let gateway = region().gateway(SITE);
    let mut machine = Machine::applied(&gateway);
    let before = machine.look();
    assert_works(&gateway, &before);
    machine.reboot();
    let after = machine.look();
    assert_works(&gateway, &after);
    assert_eq!(before, after);
    for service in &gateway.bundle.services {
        let judged = machine.sh(&format!(
            "systemd-analyze security --threshold=20 --no-pager {0}.service >/run/judged 2>&1 && echo well; tail -1 /run/judged",
            service.name
        ));
        assert!(judged.starts_with("well"), "{judged}");
        let order = machine.sh(&format!(
            "for unit in etanche-firewall systemd-networkd {}; do systemctl show --value -p ActiveEnterTimestampMonotonic \"$unit\"; done",
            service.name
        ));
        let times: Vec<u64> = order.lines().map(|line| line.parse().expect("a time")).collect();
        assert!(times.len() == 3 && times.is_sorted(), "{order}");
    }
    say(&format!("boot {SITE}: {} facts after a power cut, as before", after.len()));
}

/// Files of another generation: rules with a remark, and a proxy less.
fn next(device: &Written) -> Written {
    let mut next = region().gateway(SITE);
    let gone = &device.bundle.services[0].name;
    let proxy = gone.strip_prefix("etanche-proxy-").expect("a proxy's unit");
    next.files.retain(|path, _| !path.contains(proxy));
    for path in ["apply.tsv", "sysusers.conf"] {
        let text = next.files.get_mut(path).expect("a gateway's file");
        *text = text.lines().filter(|line| !line.contains(proxy)).map(|line| format!("{line}\n")).collect();
    }
    next.files.get_mut("etanche.nft").expect("a gateway's rules").push_str("# another generation\n");
    next
}

/// Units that wait for themselves, by what they wait for: a boot drops one unit of each circle, whichever it meets first.
fn circles(machine: &Machine) -> Vec<String> {
    let shown = machine.sh("systemctl show --all '*' --property=Id,After");
    let mut after: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for unit in shown.split("\n\n") {
        let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(key));
        if let (Some(id), Some(others)) = (value("Id="), value("After=")) {
            after.insert(id.to_owned(), others.split(' ').map(str::to_owned).collect());
        }
    }
    assert!(after.len() > 50 && after.contains_key("etanche-undo.service"), "{shown}");
    after
        .keys()
        .filter(|unit| unit.starts_with("etanche-") && waits_for(&after, unit).contains(*unit))
        .cloned()
        .collect()
}

/// All that a unit comes after.
fn waits_for<'a>(after: &'a BTreeMap<String, Vec<String>>, unit: &'a str) -> BTreeSet<&'a String> {
    let (mut found, mut next) = (BTreeSet::new(), vec![unit]);
    while let Some(unit) = next.pop() {
        let others = after.get(unit).into_iter().flatten();
        next.extend(others.filter(|other| found.insert(*other)).map(String::as_str));
    }
    found
}

#[test]
fn a_run_that_a_power_cut_ends_is_undone_by_the_boot_before_the_rules_are_loaded() {
    let gateway = region().gateway(SITE);
    let mut machine = Machine::applied(&gateway);
    let before = machine.look();
    give(machine.work.path(), "next", &next(&gateway));
    let waits = "rm -f /run/said; cd /mnt/next; sh apply.sh 600 </dev/null >/dev/null 2>/run/said & \
        tries=0; until grep -q 'type .keep' /run/said || [ \"$tries\" -eq 1000 ]; do tries=$((tries + 1)); sleep 0.2; done; \
        cat /run/said; tail -n 1 /etc/etanche/etanche.nft; sync";
    let said = machine.sh(waits);
    assert!(said.contains("apply: loaded") && said.contains("# another generation"), "{said}");
    assert!(!machine.look().contains(&format!("{}.service active", gateway.bundle.services[0].name)));
    assert_eq!(circles(&machine), [""; 0]);
    machine.reboot();
    // The journal takes a while to hold what an early unit said.
    let undone = "said() { journalctl --boot --unit=etanche-undo.service --output=cat; }; tries=0; \
        until said | grep -q 'is back' || [ \"$tries\" -eq 600 ]; do tries=$((tries + 1)); sleep 0.2; done; said";
    let said = machine.sh(undone);
    assert!(said.contains("undoing it") && said.contains("is back"), "{said}");
    let after = machine.look();
    assert_works(&gateway, &after);
    assert_eq!(before, after);
}

#[test]
fn without_its_rules_a_gateway_forwards_nothing_and_runs_no_proxy() {
    let gateway = region().gateway(SITE);
    let mut machine = Machine::applied(&gateway);
    machine.sh("echo 'no rules' >>/etc/etanche/etanche.nft; sync");
    machine.reboot();
    let facts = machine.look();
    assert_has(&facts, &["forwarding 0 0".to_owned(), "etanche-firewall.service failed".to_owned()]);
    let squids: Vec<&String> = facts.iter().filter(|fact| fact.starts_with("Uid: ")).collect();
    assert_eq!(squids, [""; 0], "a proxy runs without the rules of its account");
}

/// Squid without one of its lists only warns, and lets its domains through.
#[test]
fn a_proxy_whose_list_is_empty_does_not_start_and_apply_says_which() {
    let gateway = region().gateway(SITE);
    let mut machine = Machine::applied(&gateway);
    let list = gateway.bundle.web[0].lists[0].path.clone();
    machine.sh(&format!(": >'{list}'; sync"));
    let said = machine.sh("cd /mnt/first; sh apply.sh 5 </dev/null 2>&1");
    assert!(said.contains(&format!("{list} is absent or empty")) && said.contains("nothing was changed"), "{said}");
    machine.reboot();
    let facts = machine.look();
    assert_has(&facts, &["forwarding 1 0".to_owned(), "etanche-firewall.service active".to_owned()]);
    let starts = |name: &str| facts.contains(&format!("etanche-proxy-{name}.service active"));
    for web in &gateway.bundle.web {
        assert_eq!(starts(&web.name), web.lists.iter().all(|other| other.path != list), "{}", web.name);
    }
}
