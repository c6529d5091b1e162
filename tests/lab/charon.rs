//! strongSwan: every generated `swanctl.conf` on a real charon, then the IKE of two gateways through both their rulesets.
//!
//! Certificates are of a throwaway authority, under the names of the slots. This kernel has neither ESP nor XFRM interfaces, and
//! charon's ESP in user space knows no `if_id`: so children are compared as charon lists them, two ends authenticate for real, and
//! no packet is protected here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, create_dir_all};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use etanche::config::Tunnel;

use super::lycee::say;
use super::netns::Netns;
use super::region::{Written, region};

/// A charon that runs on a gateway's files.
struct Side {
    netns: Netns,
    work: PathBuf,
    charon: Child,
}

/// The certificates of the region.
struct Authority {
    folder: tempfile::TempDir,
}

/// What `swanctl --raw` prints: sections of values and sections.
#[derive(Debug, Default)]
struct Section {
    values: BTreeMap<String, String>,
    sections: BTreeMap<String, Section>,
}

fn script(name: &str) -> String {
    format!("{}/tests/lab/charon/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn put(path: &Path, text: &str) {
    create_dir_all(path.parent().expect("a folder")).expect("a temporary folder can be filled");
    File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).expect("a temporary file can be written");
}

impl Authority {
    /// With a certificate for each identity of these tunnels, whichever side's.
    fn of(tunnels: &[Tunnel]) -> Authority {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let both = tunnels.iter().flat_map(|tunnel| [&tunnel.local_auth, &tunnel.remote_auth]);
        let identities: BTreeSet<&str> = both.filter_map(|auth| auth.id.as_deref()).collect();
        let name = tunnels[0].remote_auth.cacerts[0].trim_end_matches(".pem");
        let done = Command::new("sh")
            .arg(script("authority.sh"))
            .arg(folder.path())
            .arg(name)
            .args(identities)
            .output()
            .expect("sh starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Authority { folder }
    }

    fn copy(&self, from: &str, to: &Path) {
        create_dir_all(to.parent().expect("a folder")).expect("a temporary folder can be filled");
        std::fs::copy(self.folder.path().join(from), to).unwrap_or_else(|error| panic!("{from}: {error}"));
    }

    /// Fills the slots that connections name.
    fn fill(&self, etc: &Path, tunnels: &[Tunnel]) {
        for tunnel in tunnels {
            for slot in &tunnel.local_auth.certs {
                self.copy(slot, &etc.join("x509").join(slot));
                let key = slot.replace(".pem", ".key");
                self.copy(&key, &etc.join("private").join(slot));
            }
            for slot in tunnel.remote_auth.cacerts.iter().chain(&tunnel.local_auth.cacerts) {
                self.copy("authority.pem", &etc.join("x509ca").join(slot));
            }
        }
    }
}

impl Side {
    /// Starts a charon in a namespace on a gateway's text, with the certificates of `tunnels`.
    fn start(
        netns: Netns,
        work: PathBuf,
        authority: &Authority,
        gateway: &Written,
        text: &str,
        tunnels: &[Tunnel],
    ) -> Side {
        put(&work.join("swanctl.conf"), text);
        put(&work.join("charon.conf"), &gateway.files["charon.conf"]);
        authority.fill(&work.join("etc"), tunnels);
        let charon = {
            let _inside = netns.enter();
            let mut command = Command::new("unshare");
            command.args(["--mount", "--pid", "--fork", "--kill-child", "--", "sh"]).arg(script("side.sh")).arg(&work);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("unshare starts")
        };
        let side = Side { netns, work, charon };
        side.wait();
        side
    }

    fn wait(&self) {
        let start = Instant::now();
        while !self.swanctl(&["--stats"]).status.success() {
            assert!(start.elapsed() < Duration::from_secs(120), "charon does not answer: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn swanctl(&self, arguments: &[&str]) -> std::process::Output {
        let socket = format!("unix://{}/run/charon.vici", self.work.display());
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--uri", &socket]).collect();
        self.netns.attempt("swanctl", &arguments, "")
    }

    /// Loads everything, which must succeed. `swanctl` reads slots beside its file.
    fn load(&self) {
        let file = format!("{}/etc/swanctl.conf", self.work.display());
        let socket = format!("unix://{}/run/charon.vici", self.work.display());
        let command = format!(
            "mount --bind '{0}/etc' /etc/swanctl && exec swanctl --load-all --noprompt --file '{file}' --uri '{socket}'",
            self.work.display()
        );
        let done = self.netns.attempt("unshare", &["--mount", "--", "sh", "-c", &command], "");
        let stderr = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{stderr}");
        assert!(!stderr.contains("loading connection"), "{stderr}");
    }

    /// Each event of a listing, as a section.
    fn list(&self, what: &str) -> Section {
        let done = self.swanctl(&[what, "--raw"]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        let mut all = Section::default();
        for event in text.lines().filter(|line| line.contains(" event ")) {
            let (_, body) = event.split_once(" event ").expect("an event has a body");
            all.sections.append(&mut read(body).sections);
        }
        all
    }

    fn log(&self) -> String {
        let done = Command::new("cat").arg(self.work.join("log")).output().expect("cat starts");
        String::from_utf8_lossy(&done.stdout).into_owned()
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        // The namespace of processes ends with its first.
        self.charon.kill().unwrap_or_default();
        self.charon.wait().map(drop).unwrap_or_default();
    }
}

/// Reads `{name {key=value key=[a b] inner {…}}}`; a value without brackets runs up to the next key or brace.
fn read(text: &str) -> Section {
    let spaced = text.replace('{', " { ").replace('}', " } ");
    let mut stack = vec![Section::default()];
    let (mut names, mut name, mut key): (Vec<String>, String, Option<String>) = (Vec::new(), String::new(), None);
    for word in spaced.split_whitespace() {
        match (word, word.split_once('=')) {
            ("{", _) => {
                names.push(std::mem::take(&mut name));
                // The name was taken for the end of the value before it.
                stack.push(Section::default());
                key = None;
            }
            ("}", _) => {
                let (section, name) = (stack.pop().expect("balanced"), names.pop().expect("balanced"));
                stack.last_mut().expect("balanced").sections.insert(name, section);
                key = None;
            }
            (_, Some((start, value))) => {
                stack.last_mut().expect("one").values.insert(start.to_owned(), value.to_owned());
                key = Some(start.to_owned());
            }
            (more, None) => {
                if let Some(value) = key.as_ref().and_then(|key| stack.last_mut()?.values.get_mut(key))
                    && value.starts_with('[')
                    && !value.ends_with(']')
                {
                    value.push(' ');
                    value.push_str(more);
                }
                more.clone_into(&mut name);
            }
        }
    }
    stack.swap_remove(0).sections.remove("").unwrap_or_default()
}

/// What is compared of a connection, from charon's list.
fn listed(name: &str, section: &Section) -> BTreeSet<String> {
    let value = |section: &Section, key: &str| {
        section.values.get(key).map_or(String::new(), |text| text.trim_matches(['[', ']']).to_owned())
    };
    let mut all = BTreeSet::new();
    let mut say = |what: String| all.insert(format!("{name} {what}"));
    for key in ["version", "local_addrs", "remote_addrs"] {
        say(format!("{key} {}", value(section, key)));
    }
    for side in ["local-1", "remote-1"] {
        let auth = &section.sections[side];
        say(format!("{side} {} certs {} cacerts {}", value(auth, "id"), value(auth, "certs"), value(auth, "cacerts")));
    }
    for (child, section) in &section.sections["children"].sections {
        let [mode, local, remote] = ["mode", "local-ts", "remote-ts"].map(|key| value(section, key));
        say(format!("{child} {} {local} {remote}", mode.to_lowercase()));
    }
    all
}

/// The same from the reader.
fn expected(tunnel: &Tunnel) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut say = |what: String| all.insert(format!("{} {what}", tunnel.name));
    let names = |slots: &[String]| {
        slots.iter().map(|slot| format!("CN={}", slot.trim_end_matches(".pem"))).collect::<Vec<_>>().join(" ")
    };
    say(format!("version {}", ["IKEv1/2", "IKEv1", "IKEv2"][usize::from(tunnel.version)]));
    say(format!("local_addrs {}", tunnel.local));
    say(format!("remote_addrs {}", tunnel.remote.map_or("%any".to_owned(), |address| address.to_string())));
    for (side, auth) in [("local-1", &tunnel.local_auth), ("remote-1", &tunnel.remote_auth)] {
        let id = auth.id.as_deref().unwrap_or("%any");
        say(format!("{side} {id} certs {} cacerts {}", names(&auth.certs), names(&auth.cacerts)));
    }
    for child in &tunnel.children {
        let nets = |nets: &[ipnet::IpNet]| nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        say(format!("{} {} {} {}", child.name, child.mode, nets(&child.local), nets(&child.remote)));
    }
    all
}

#[test]
fn every_gateways_tunnels_load_and_charon_lists_what_the_reader_read() {
    let gateways = region().gateways();
    let all: Vec<Tunnel> = gateways.iter().flat_map(|gateway| gateway.bundle.tunnels.clone()).collect();
    let (authority, folder) = (Authority::of(&all), tempfile::tempdir().expect("a temporary folder"));
    let (mut connections, mut children) = (0, 0);
    for (number, gateway) in gateways.iter().enumerate() {
        let tunnels = &gateway.bundle.tunnels;
        let work = folder.path().join(number.to_string());
        let netns = Netns::new("ike");
        for address in tunnels.iter().map(|tunnel| tunnel.local).collect::<BTreeSet<_>>() {
            netns.ip(&format!("address add {address}/32 dev lo"));
        }
        let side = Side::start(netns, work, &authority, gateway, &gateway.files["swanctl.conf"], tunnels);
        side.load();
        let found = side.list("--list-conns");
        let kernel: BTreeSet<String> =
            found.sections.iter().flat_map(|(name, section)| listed(name, section)).collect();
        let reader: BTreeSet<String> = tunnels.iter().flat_map(expected).collect();
        assert_eq!(kernel, reader, "{}", gateway.path);
        connections += tunnels.len();
        children += tunnels.iter().map(|tunnel| tunnel.children.len()).sum::<usize>();
    }
    say(&format!("charon: {connections} connections and {children} children of {} gateways, as read", gateways.len()));
}

/// Plugins that charon says it has loaded.
fn loaded(side: &Side) -> BTreeSet<String> {
    let done = side.swanctl(&["--stats"]);
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let (_, names) = text.split_once("loaded plugins:").expect("charon names its plugins");
    names.split_whitespace().map(str::to_owned).collect()
}

/// The package loads some of them by itself, and here every one that there is.
#[test]
fn charon_loads_no_plugin_that_the_text_turns_off() {
    let gateway = region().gateway("0000001B");
    let host = gateway.bundle.host.as_ref().expect("host files");
    let off: BTreeSet<&str> =
        host.ike.keys().filter_map(|key| key.strip_prefix("charon.plugins.")?.strip_suffix(".load")).collect();
    let start = |text: &str| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut gateway = region().gateway("0000001B");
        gateway.files.insert("charon.conf".to_owned(), text.to_owned());
        let tunnels = gateway.bundle.tunnels.clone();
        let side = Side::start(
            Netns::new("plug"),
            folder.path().to_owned(),
            &Authority::of(&tunnels),
            &gateway,
            &gateway.files["swanctl.conf"],
            &tunnels,
        );
        loaded(&side)
    };
    let ours = start(&gateway.files["charon.conf"]);
    assert!(ours.contains("vici"), "{ours:?}");
    let wrong: Vec<&String> = ours.iter().filter(|plugin| off.contains(plugin.as_str())).collect();
    assert_eq!(wrong, [""; 0], "loaded all the same");
    let others = start(&gateway.files["charon.conf"].replace("load = no", "load = yes"));
    for plugin in ["bypass-lan", "farp", "stroke", "unity"] {
        assert!(others.contains(plugin), "`{plugin}` would not have been loaded anyway: {others:?}");
    }
}

/// Two gateways on one WAN, each with its ruleset loaded, and a charon on each.
fn pair(authority: &Authority, folder: &Path, near: (&Written, &str, &[Tunnel]), far: &Written) -> [Side; 2] {
    let (one, two) = (Netns::new("near"), Netns::new("far"));
    one.ip(&format!("link add eth0 type veth peer name eth0 netns {}", two.name()));
    let tunnel = near.0.bundle.tunnels.iter().find(|tunnel| {
        far.bundle.tunnels.iter().any(|other| Some(other.local) == tunnel.remote && other.remote == Some(tunnel.local))
    });
    let tunnel = tunnel.expect("the two are peers");
    let peer = tunnel.remote.expect("a peer has an address");
    for (netns, gateway, own, other) in [(&one, near.0, tunnel.local, peer), (&two, far, peer, tunnel.local)] {
        netns.ip(&format!("link set eth0 up\naddress add {own}/32 dev eth0\nroute add {other} dev eth0 src {own}"));
        netns.nft(gateway.nft());
    }
    let first = Side::start(one, folder.join("near"), authority, near.0, near.1, near.2);
    let second = Side::start(two, folder.join("far"), authority, far, &far.files["swanctl.conf"], &far.bundle.tunnels);
    first.load();
    second.load();
    [first, second]
}

/// The identities of the far end's established associations.
fn established(far: &Side) -> BTreeSet<String> {
    let found = far.list("--list-sas");
    let up = found
        .sections
        .values()
        .filter(|section| section.values.get("state").is_some_and(|state| state == "ESTABLISHED"));
    up.filter_map(|section| section.values.get("remote-id").cloned()).collect()
}

#[test]
fn two_ends_authenticate_through_both_rulesets_and_anothers_certificate_opens_nothing() {
    let (lycee, other, centre) = (region().gateway("0000001B"), region().gateway("0000002C"), region().gateway("csm"));
    let all: Vec<Tunnel> =
        [&lycee, &other, &centre].iter().flat_map(|gateway| gateway.bundle.tunnels.clone()).collect();
    let authority = Authority::of(&all);
    let own = lycee.bundle.tunnels[0].local_auth.id.clone().expect("an identity");
    let anothers = other.bundle.tunnels[0].local_auth.id.clone().expect("an identity");
    let rogue = lycee.files["swanctl.conf"].replace(&own, &anothers);
    let cases = [
        (lycee.files["swanctl.conf"].as_str(), &lycee.bundle.tunnels, BTreeSet::from([own])),
        (rogue.as_str(), &other.bundle.tunnels, BTreeSet::new()),
    ];
    for (number, (text, tunnels, expected)) in cases.into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [near, far] = pair(&authority, folder.path(), (&lycee, text, tunnels), &centre);
        let tunnel = lycee.bundle.tunnels.iter().find(|tunnel| tunnel.remote == Some(centre.bundle.tunnels[0].local));
        let child = &tunnel.expect("a tunnel to the centre").children[0].name;
        // The child itself needs ESP in this kernel: only its association is looked at.
        let asked = near.swanctl(&["--initiate", "--child", child, "--timeout", "60"]);
        let said = String::from_utf8_lossy(&asked.stdout).into_owned();
        assert_eq!(established(&far), expected, "case {number}: {said}\n{}", far.log());
        assert_eq!(said.contains("AUTHENTICATION_FAILED"), expected.is_empty(), "case {number}: {said}");
    }
}
