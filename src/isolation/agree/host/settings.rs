//! Settings of the kernel, of the network manager, and of the IKE daemon.

use std::collections::BTreeMap;

use super::super::differences::Differences;
use crate::config::HostFacts;
use crate::diagnostics::codes::isolation as codes;
use crate::intent::HostIntent;

/// What keeps routes and rules that stand in no file of ours apart from ours.
const MANAGER: &[(&str, &str)] =
    &[("Network.ManageForeignRoutes", "no"), ("Network.ManageForeignRoutingPolicyRules", "no")];

/// What keeps the IKE daemon from going elsewhere than its connections say (RFC 5685), from making routes and addresses
/// of its own, and from plugins that open more than our files say: policies that let local networks pass in clear, answers
/// to ARP, connections of another file.
const IKE: &[(&str, &str)] = &[
    ("charon.follow_redirects", "no"),
    ("charon.install_routes", "no"),
    ("charon.install_virtual_ip", "no"),
    ("charon.plugins.bypass-lan.load", "no"),
    ("charon.plugins.connmark.load", "no"),
    ("charon.plugins.dhcp.load", "no"),
    ("charon.plugins.farp.load", "no"),
    ("charon.plugins.forecast.load", "no"),
    ("charon.plugins.ha.load", "no"),
    ("charon.plugins.kernel-libipsec.load", "no"),
    ("charon.plugins.load-tester.load", "no"),
    ("charon.plugins.stroke.load", "no"),
    ("charon.plugins.unity.load", "no"),
];

/// Settings that no device needs written: written, only this value leaves packets on ways that the model has
/// (kernel documentation, ip-sysctl and nf_conntrack-sysctl). `*` stands for one interface, `all` or `default`.
const ONLY: &[(&str, &str)] = &[
    ("net.ipv4.conf.*.accept_local", "0"),
    ("net.ipv4.conf.*.disable_policy", "0"),
    ("net.ipv4.conf.*.disable_xfrm", "0"),
    ("net.ipv4.conf.*.mc_forwarding", "0"),
    ("net.ipv4.conf.*.proxy_arp_pvlan", "0"),
    ("net.ipv4.ip_nonlocal_bind", "0"),
    ("net.ipv6.conf.*.disable_policy", "0"),
    ("net.ipv6.conf.*.mc_forwarding", "0"),
    ("net.ipv6.conf.*.proxy_ndp", "0"),
    ("net.ipv6.conf.*.seg6_enabled", "0"),
    ("net.netfilter.nf_conntrack_checksum", "1"),
    ("net.netfilter.nf_conntrack_helper", "0"),
    ("net.netfilter.nf_conntrack_tcp_be_liberal", "0"),
];

/// Compares all three.
pub(super) fn settings(told: &mut Differences<'_>, host: &HostFacts, intent: &HostIntent) {
    for (key, value) in &intent.kernel {
        present(told, &host.sysctl, "sysctl.conf", key, value);
    }
    let own = each_link(intent);
    for (key, value) in &own {
        present(told, &host.sysctl, "sysctl.conf", key, value);
    }
    for (key, value) in host.sysctl.iter().filter(|(key, _)| !own.contains_key(*key)) {
        let plain = key.trim_start_matches('-');
        if let Some(should) = contradicted(plain, value, intent) {
            let span = told.line("sysctl.conf", key);
            told.tell(&codes::SETTING_DIFFERS, span, format!("`{plain}` is {value}, against the intended {should}"));
        }
    }
    for (key, value) in MANAGER {
        present(told, &host.manager, "networkd.conf", key, value);
    }
    for (key, value) in IKE {
        present(told, &host.ike, "charon.conf", key, value);
    }
    for key in host.ike.keys().filter(|k| !IKE.iter().any(|(known, _)| known == k)) {
        let span = told.line("charon.conf", shown(key));
        told.tell(&codes::SETTING_DIFFERS, span, format!("`{key}` is set, which the policy does not ask for"));
    }
}

/// What each interface must have for itself, by name.
fn each_link(intent: &HostIntent) -> BTreeMap<String, &'static str> {
    let of = |link: &String| {
        let name = link.replace('.', "/");
        intent.each_link.iter().map(move |(family, key, value)| (format!("net.{family}.conf.{name}.{key}"), *value))
    };
    intent.links.keys().flat_map(of).collect()
}

/// A setting stands with its value; one that is only tried (`-`) may not be there after all.
fn present(told: &mut Differences<'_>, read: &BTreeMap<String, String>, file: &str, key: &str, value: &str) {
    let message = match read.get(key) {
        Some(is) if is == value => return,
        Some(is) => format!("`{key}` is {is}, not {value}"),
        None if read.contains_key(&format!("-{key}")) => format!("`{key}` is tried, and may fail without a word"),
        None => format!("`{key} = {value}` does not stand"),
    };
    let span = told.line(file, if file == "sysctl.conf" { key } else { shown(key) });
    told.tell(&codes::SETTING_DIFFERS, span, message);
}

/// How the line of a daemon's setting begins: a plugin is known by its section, for all their keys are alike.
fn shown(key: &str) -> &str {
    let plugin = key.strip_prefix("charon.plugins.").and_then(|rest| rest.split('.').next());
    plugin.or_else(|| key.rsplit('.').next()).unwrap_or(key)
}

/// The value that a setting of the same name must have, when it has another: what one interface does, or what new
/// ones will, must be what all do.
fn contradicted<'i>(key: &str, value: &str, intent: &'i HostIntent) -> Option<&'i str> {
    let (family, name) = per_interface(key)?;
    let same = |other: &str| {
        let alias = other == "net.ipv4.ip_forward" && (family, name) == ("ipv4", "forwarding");
        alias || per_interface(other) == Some((family, name))
    };
    let wanted = intent.kernel.iter().filter(|(other, _)| **other != key && same(other)).map(|(_, value)| *value);
    let only = ONLY.iter().filter(|(other, _)| matches(other, key)).map(|(_, value)| *value);
    wanted.chain(only).find(|should| *should != value)
}

/// Family and name of `net.FAMILY.conf.INTERFACE.NAME`; of another key, everything before its last part, and that.
fn per_interface(key: &str) -> Option<(&str, &str)> {
    let (scope, name) = key.rsplit_once('.')?;
    let family = scope.strip_prefix("net.").and_then(|s| s.split_once(".conf.")).map(|(family, _)| family);
    Some((family.unwrap_or(scope), name))
}

fn matches(known: &str, key: &str) -> bool {
    let (known, parts): (Vec<&str>, Vec<&str>) = (known.split('.').collect(), key.split('.').collect());
    known.len() == parts.len() && known.iter().zip(&parts).all(|(k, p)| *k == "*" || k == p)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent() -> HostIntent {
        HostIntent {
            links: BTreeMap::new(),
            routes: BTreeMap::new(),
            own_source: Vec::new(),
            each_link: &[],
            kernel: [("net.ipv4.conf.all.rp_filter", "1"), ("net.ipv4.ip_forward", "0")].into(),
            accounts: BTreeMap::new(),
            forwards6: false,
        }
    }

    #[test]
    fn one_interface_must_do_what_all_do() {
        let told = |key, value| contradicted(key, value, &intent()).map(str::to_owned);
        assert_eq!(told("net.ipv4.conf.eth0.rp_filter", "1"), None);
        assert_eq!(told("net.ipv4.conf.eth0.rp_filter", "2").as_deref(), Some("1"));
        assert_eq!(told("net.ipv4.conf.default.rp_filter", "0").as_deref(), Some("1"));
        assert_eq!(told("net.ipv6.conf.eth0.rp_filter", "0"), None);
        assert_eq!(told("net.ipv4.conf.eth0.forwarding", "1").as_deref(), Some("0"));
        assert_eq!(told("net.ipv4.conf.eth0.forwarding", "0"), None);
        assert_eq!(told("net.ipv6.conf.eth0.forwarding", "1"), None);
        assert_eq!(told("net.ipv4.conf.all.disable_xfrm", "1").as_deref(), Some("0"));
        assert_eq!(told("net.ipv4.tcp_syncookies", "1"), None);
    }
}
