//! Programs that the boot starts: exactly the intended proxies, each as its account, after the rules, and confined.
//!
//! The packet filter knows a proxy by the number of its account. That says something only of a process that has this
//! account, cannot take another one, cannot change the rules or make packets of its own, and never runs without them.

use std::collections::BTreeMap;

use super::differences::Differences;
use crate::config::WebFilter;
use crate::config::host::Service;
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Sink, Sources, Span};
use crate::intent::ServiceIntent;
use crate::isolation::ReadDevice;
use crate::network::Network;

/// The unit without which no process of ours may speak.
const RULES: &str = "etanche-firewall.service";
/// What a proxy may wait for: all of it is over, or given up, without the proxy.
const EARLIER: &[&str] = &[RULES, "network.target", "network-online.target", "nss-lookup.target"];
/// What pulls a proxy in at every boot.
const PULLER: &str = "multi-user.target";

/// What keeps a proxy that somebody took over from more than its own packets: each stands, with this value.
const CONFINED: &[(&str, &str)] = &[
    ("AmbientCapabilities", "CAP_NET_BIND_SERVICE"),
    ("CapabilityBoundingSet", "CAP_NET_BIND_SERVICE"),
    ("LockPersonality", "yes"),
    ("MemoryDenyWriteExecute", "yes"),
    ("NoNewPrivileges", "yes"),
    ("PrivateDevices", "yes"),
    ("PrivateIPC", "yes"),
    ("PrivateTmp", "yes"),
    ("ProcSubset", "pid"),
    ("ProtectClock", "yes"),
    ("ProtectControlGroups", "yes"),
    ("ProtectHome", "yes"),
    ("ProtectHostname", "yes"),
    ("ProtectKernelLogs", "yes"),
    ("ProtectKernelModules", "yes"),
    ("ProtectKernelTunables", "yes"),
    ("ProtectProc", "invisible"),
    ("ProtectSystem", "strict"),
    ("RemoveIPC", "yes"),
    ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
    ("RestrictNamespaces", "yes"),
    ("RestrictRealtime", "yes"),
    ("RestrictSUIDSGID", "yes"),
    ("SystemCallArchitectures", "native"),
    ("SystemCallFilter", "@system-service"),
];

/// Every difference between the programs of a device's boot and those that it must start.
pub(super) fn services(
    net: &Network,
    device: &ReadDevice,
    intent: &[ServiceIntent],
    sources: &Sources,
    sink: &mut Sink,
) {
    let mut told = Differences::new(net, device, sources, sink);
    let units = &device.bundle.services;
    for wanted in intent {
        match units.iter().find(|s| s.name == name(wanted)) {
            Some(read) => compare(&mut told, read, wanted),
            None => {
                let span = declared(&told, &wanted.proxy).unwrap_or(told.site().span);
                let message = format!("no unit starts proxy `{}`: it would stay off after a power cut", wanted.proxy);
                told.tell(&codes::SERVICE_DIFFERS, span, message);
            }
        }
    }
    for read in units.iter().filter(|s| intent.iter().all(|i| name(i) != s.name)) {
        let span = told.line(&file(read), "ExecStart=");
        told.tell(&codes::SERVICE_DIFFERS, span, format!("`{}` starts no proxy of the policy", file(read)));
    }
}

fn name(wanted: &ServiceIntent) -> String {
    format!("etanche-proxy-{}", wanted.proxy)
}

fn file(read: &Service) -> String {
    format!("{}.service", read.name)
}

fn declared(told: &Differences<'_>, proxy: &str) -> Option<Span> {
    let mut own = told.net.proxies_of(told.device.site);
    own.find(|(_, p)| p.name.as_str() == proxy).map(|(_, p)| p.span)
}

fn compare(told: &mut Differences<'_>, read: &Service, wanted: &ServiceIntent) {
    let policy = declared(told, &wanted.proxy);
    let bundle = &told.device.bundle;
    let mut problems = account(read, wanted);
    problems.extend(command(read, wanted, &bundle.services));
    problems.extend(order(read, wanted));
    problems.extend(confinement(&read.confined, &read.name));
    for (begins, says) in problems {
        let span = told.line(&file(read), &begins);
        told.tell_beside(&codes::SERVICE_DIFFERS, span, format!("proxy `{}` {says}", wanted.proxy), policy);
    }
    if let Some(web) = bundle.web.iter().find(|w| w.name == wanted.proxy) {
        for list in web.lists.iter().filter(|list| !read.needs.contains(&list.path)) {
            let span = told.line(&file(read), "[Unit]");
            let says = format!("proxy `{}` would start without its list {}", wanted.proxy, list.path);
            told.tell_beside(&codes::SERVICE_DIFFERS, span, says, policy);
        }
        for (begins, says) in paths(web, &read.name) {
            let span = told.line(&format!("squid-{}.conf", wanted.proxy), &begins);
            told.tell_beside(&codes::SERVICE_DIFFERS, span, format!("proxy `{}` {says}", wanted.proxy), policy);
        }
    }
}

/// What is wrong, with the beginning of the line that says it.
type Problems = Vec<(String, String)>;

fn account(read: &Service, wanted: &ServiceIntent) -> Problems {
    let (begins, says) = match &read.user {
        Some(user) if *user == wanted.user => return Vec::new(),
        Some(user) => ("User=", format!("is started as `{user}`, not as `{}`", wanted.user)),
        None => ("[Service]", format!("is started as root, not as `{}`", wanted.user)),
    };
    vec![(begins.to_owned(), says)]
}

/// The program, its own configuration, and a name that no other process of the device has.
fn command(read: &Service, wanted: &ServiceIntent, all: &[Service]) -> Problems {
    let configuration = format!("/etc/squid/{}.conf", wanted.proxy);
    let words: Vec<&str> = read.start.iter().map(String::as_str).collect();
    let says = match words.as_slice() {
        ["/usr/sbin/squid", "--foreground", "-n", name, "-f", path] if *path == configuration => {
            let again = all.iter().find(|s| s.name != read.name && s.start.get(3).is_some_and(|n| n == name));
            again.map(|other| format!("shares its memory with `{}`: both are called `{name}`", other.name))
        }
        _ => Some(format!("is not started as `squid --foreground -n NAME -f {configuration}`")),
    };
    says.map(|says| ("ExecStart=".to_owned(), says)).into_iter().collect()
}

fn order(read: &Service, wanted: &ServiceIntent) -> Problems {
    let mut problems = Problems::new();
    for (key, list) in [("Requires", &read.requires), ("After", &read.after)] {
        if wanted.needs_rules && !list.iter().any(|u| u == RULES) {
            problems.push(("[Unit]".to_owned(), format!("may run without the rules: `{key}={RULES}` does not stand")));
        }
    }
    let is_rules = |unit: &&String| wanted.needs_rules && unit.as_str() == RULES;
    for unit in read.requires.iter().filter(|u| !is_rules(u)) {
        problems
            .push((format!("Requires={unit}"), format!("pulls in `{unit}`, and no file of ours says what it does")));
    }
    for unit in read.after.iter().filter(|u| !EARLIER.contains(&u.as_str())) {
        problems.push((format!("After={unit}"), format!("waits for `{unit}`, which may wait for it")));
    }
    if read.wanted_by != [PULLER] {
        problems.push(("WantedBy=".to_owned(), format!("is not pulled in by `{PULLER}` alone")));
    }
    problems
}

fn confinement(read: &BTreeMap<String, String>, name: &str) -> Problems {
    let folders = ["LogsDirectory", "RuntimeDirectory"].map(|key| (key, name));
    let wanted = CONFINED.iter().copied().chain(folders);
    let wrong = wanted.filter(|(key, value)| read.get(*key).is_none_or(|is| is != value));
    let says = |(key, value): (&str, &str)| {
        let less = "is less confined than it must be";
        match read.get(key) {
            Some(is) => (format!("{key}="), format!("{less}: `{key}` is {is}, not {value}")),
            None => ("[Service]".to_owned(), format!("{less}: `{key}={value}` does not stand")),
        }
    };
    wrong.map(says).collect()
}

/// Files that the proxy writes: in its own folders, for it may write nowhere else.
fn paths(web: &WebFilter, name: &str) -> Problems {
    let rows = [
        ("pid_filename", "", format!("/run/{name}/")),
        ("cache_log", "", format!("/var/log/{name}/")),
        ("access_log", "stdio:", format!("/var/log/{name}/")),
    ];
    let written = |key: &str| web.settings.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
    let outside = rows.into_iter().filter(|(key, module, below)| {
        written(key).is_none_or(|v| !v.strip_prefix(module).is_some_and(|path| path.starts_with(below.as_str())))
    });
    outside
        .map(|(key, _, below)| (key.to_owned(), format!("keeps its `{key}` outside {below}, where alone it may write")))
        .collect()
}
