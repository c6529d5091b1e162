//! The real programs take the text: nft twice in a namespace of its own, Squid without a warning, systemd, swanctl.
//!
//! Nothing is skipped: a missing program fails.

use etanche::config::FileSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

use crate::{gateway, proxy, write};

/// Puts files in a directory of their own.
fn lay(files: &FileSet) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        put(&dir.path().join(path), text);
    }
    dir
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    File::create(path).and_then(|mut f| f.write_all(text.as_bytes())).expect("a file");
}

/// Runs a command and gives its exit code with both outputs.
fn run(words: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(words[0])
        .args(&words[1..])
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}", words[0]));
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
    )
}

pub(crate) fn load_twice(ruleset: &str) -> Result<String, String> {
    let files = FileSet::from([("etanche.nft".to_owned(), ruleset.to_owned())]);
    let dir = lay(&files);
    let script = "set -e; nft -c -f \"$1\"; nft -f \"$1\"; nft list ruleset > \"$2\"; nft -f \"$1\"; nft list ruleset > \"$3\"; cat \"$3\"";
    let at = |name: &str| dir.path().join(name).display().to_string();
    let (code, text) =
        run(&["unshare", "-n", "sh", "-c", script, "sh", &at("etanche.nft"), &at("first"), &at("second")]);
    if code != Some(0) {
        return Err(text);
    }
    let read = |name: &str| fs::read(dir.path().join(name)).expect("a listing");
    assert_eq!(read("first"), read("second"), "a second load lists otherwise");
    Ok(text)
}

#[test]
fn nft_loads_a_ruleset_twice_and_lists_it_the_same() {
    let files = write(&gateway::bundle(), "nftables");
    let listed = load_twice(&files["etanche.nft"]).expect("nft loads it");
    for kept in [
        "iifname \"eth0\" ip saddr @private4 meta ipsec missing drop",
        "oifname \"eth0\" ip daddr 10.0.0.0/8 rt ipsec missing drop",
        "oifname \"lo\" meta skuid != { 6001, 6002 } accept",
        "meta time >= \"2027-06-13 22:00:00\" meta time < \"2027-07-02 22:00:00\" tcp dport 3128",
        "type nat hook postrouting priority srcnat; policy accept;",
        "tcp dport 8443 dnat ip to 10.128.25.10:443",
    ] {
        assert!(listed.contains(kept), "`{kept}` is not listed:\n{listed}");
    }
}

#[test]
fn what_nft_lists_again_is_a_ruleset_of_as_many_rules() {
    let files = write(&gateway::bundle(), "nftables");
    let text = &files["etanche.nft"];
    let listed = load_twice(text).expect("nft loads it");
    let verdicts = |text: &str| {
        let lines = text.lines().filter(|l| l.starts_with("\t\t") && !l.trim_start().starts_with('#'));
        lines.filter(|l| ["accept", "drop", "return", "jump", "limit"].iter().any(|w| l.contains(w))).count()
    };
    assert!(verdicts(text) > 30);
    assert_eq!(verdicts(text), verdicts(&listed), "{listed}");
}

#[test]
fn squid_parses_a_proxy_without_a_warning() {
    let files = write(&proxy::bundle(), "squid");
    let dir = lay(&files);
    for name in ["staff", "pupils"] {
        let conf = dir.path().join(format!("squid-{name}.conf"));
        put(&conf, &local(&files[&format!("squid-{name}.conf")], dir.path()));
        put(&dir.path().join("ut1/adult/domains"), ".adult.example\n");
        let (code, text) = run(&["squid", "-k", "parse", "-f", &conf.display().to_string()]);
        assert_eq!(code, Some(0), "{text}");
        for bad in ["warning", "error", "fatal"] {
            let line = text.lines().find(|l| !l.contains("Processing") && l.to_lowercase().contains(bad));
            assert_eq!(line, None, "{name}");
        }
    }
}

/// The same text with the paths and the account of this machine.
fn local(conf: &str, dir: &Path) -> String {
    let at = dir.display().to_string();
    let conf = conf.replace("/etc/squid/", &format!("{at}/"));
    conf.replace("cache_effective_user etanche-staff", "cache_effective_user proxy")
        .replace("cache_effective_user etanche-pupils", "cache_effective_user proxy")
}

/// A daemon of its own in a namespace of its own, with a certificate in each slot that the text names.
const CHARON: &str = r#"
set -e
cd "$1"
mkdir -p etc/x509 etc/x509ca etc/private run
pki --gen --type ecdsa --size 384 --outform pem > ca.key
pki --self --ca --in ca.key --type ecdsa --dn CN=authority --outform pem > etc/x509ca/aster-vpn.pem
pki --gen --type ecdsa --size 384 --outform pem > etc/private/0000001b.pem
pki --pub --in etc/private/0000001b.pem --type ecdsa > public.pem
pki --issue --in public.pem --cacert etc/x509ca/aster-vpn.pem --cakey ca.key --dn CN=peer \
    --san 0000001b.vpn.exemple.example --outform pem > etc/x509/0000001b.pem
cp swanctl.conf etc/
mount --bind run /run
mount --bind etc /etc/swanctl
/usr/lib/ipsec/charon & daemon=$!
trap 'kill $daemon; wait $daemon' EXIT
for i in $(seq 100); do [ -S run/charon.vici ] && break; sleep 0.05; done
swanctl --load-all --uri "unix://$1/run/charon.vici"
swanctl --list-conns --uri "unix://$1/run/charon.vici"
ip xfrm policy
"#;

#[test]
fn strongswan_loads_the_tunnels_and_traps_them_in_their_interface() {
    let mut files = write(&gateway::bundle(), "nftables");
    let dir = tempfile::tempdir().expect("a directory");
    let at = dir.path().display().to_string();
    let plugins = "pem pkcs1 pkcs8 x509 pubkey constraints random nonce openssl socket-default vici kernel-netlink";
    let vici = format!("plugins {{\n vici {{\n socket = unix://{at}/run/charon.vici\n }}\n }}");
    let settings =
        format!("charon {{\n load = {plugins}\n {vici}\n}}\nswanctl {{\n load = pem pkcs1 pkcs8 x509 openssl\n}}\n");
    put(&dir.path().join("swanctl.conf"), &files.remove("swanctl.conf").expect("tunnels"));
    put(&dir.path().join("strongswan.conf"), &settings);
    let settings = format!("STRONGSWAN_CONF={at}/strongswan.conf");
    let (code, text) = run(&["env", &settings, "unshare", "-n", "-m", "sh", "-c", CHARON, "sh", &at]);
    assert_eq!(code, Some(0), "{text}");
    for expected in [
        "successfully loaded 2 connections, 0 unloaded",
        "csm: IKEv2",
        "remote: 203.0.113.10",
        "id: academy.vpn.exemple.example",
        "admin-csm_admin: TUNNEL, rekeying every 3600s, dpd action is trap",
        "local:  10.128.4.0/24 2001:db8:1:10::/64",
        "if_id 0x101",
        "if_id 0x102",
    ] {
        assert!(text.contains(expected), "`{expected}` is not in:\n{text}");
    }
    assert_eq!(text.matches("dir out").count(), 5, "one trap a pair of prefixes of one family:\n{text}");
}

/// The network manager reads its files in a namespace without cards; what it does not know it says with the path.
const NETWORKD: &str = r#"
set -e
mount -t tmpfs t /run
mkdir -p /run/systemd/netif/links /run/systemd/netif/leases
chown -R systemd-network: /run/systemd/netif
mount --bind "$1/network" /etc/systemd/network
mount --bind "$1/networkd.conf" /etc/systemd/networkd.conf
umount -l /sys
mount -t sysfs -o ro s /sys
timeout 2 /lib/systemd/systemd-networkd || [ $? = 124 ]
"#;

#[test]
fn networkd_knows_every_key_of_every_link() {
    let mut files = write(&gateway::bundle(), "nftables");
    let canary = "[Match]\nName=canary\n\n[Network]\nCanary=yes\n";
    files.insert("network/zz-canary.network".to_owned(), canary.to_owned());
    let dir = lay(&files);
    let at = dir.path().display().to_string();
    let log = ["env", "SYSTEMD_LOG_TARGET=console", "unshare", "-n", "-m", "sh", "-c", NETWORKD, "sh", &at];
    let (code, text) = run(&log);
    assert_eq!(code, Some(0), "{text}");
    let told: Vec<&str> = text.lines().filter(|l| l.contains("/etc/systemd/network")).collect();
    assert_eq!(told.len(), 1, "{text}");
    assert!(told[0].contains("Unknown key 'Canary'"), "{text}");
}

#[test]
fn systemd_takes_the_unit() {
    let files = write(&gateway::bundle(), "nftables");
    let dir = lay(&files);
    let unit = dir.path().join("etanche-firewall.service").display().to_string();
    let (code, text) = run(&["systemd-analyze", "verify", "--man=no", &unit]);
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("etanche-firewall"), "{text}");
}

#[test]
fn the_apply_script_is_a_shell_script() {
    let files = write(&gateway::bundle(), "nftables");
    let dir = lay(&files);
    let (code, text) = run(&["sh", "-n", &dir.path().join("apply.sh").display().to_string()]);
    assert_eq!(code, Some(0), "{text}");
}
