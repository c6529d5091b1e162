//! What the boot starts on a device beside its own programs: one unit for each web proxy.

use std::collections::BTreeMap;

use crate::config::WebFilter;
use crate::config::host::Service;

/// The unit that loads a gateway's rules.
const FIREWALL: &str = "etanche-firewall.service";

/// What a proxy may not do, whoever takes it over: change rules or addresses, speak as another account, write on the
/// disk outside its own folders, look at other programs.
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

/// Name of a proxy's unit, and of its folders below `/run` and `/var/log`.
pub(super) fn name(proxy: &str) -> String {
    format!("etanche-proxy-{proxy}")
}

/// The unit of a proxy: on a gateway it runs only once the rules of its account are in force.
pub(super) fn proxy(web: &WebFilter, on_a_gateway: bool) -> Service {
    let name = name(&web.name);
    let requires: Vec<String> = on_a_gateway.then(|| FIREWALL.to_owned()).into_iter().collect();
    let mut confined: BTreeMap<String, String> =
        CONFINED.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    for folder in ["LogsDirectory", "RuntimeDirectory"] {
        confined.insert(folder.to_owned(), name.clone());
    }
    Service {
        description: Some(format!("etanche: web proxy {}", web.name)),
        user: Some(web.user.clone()),
        start: start(&web.name),
        after: requires.iter().cloned().chain(["network.target".to_owned()]).collect(),
        requires,
        wanted_by: vec!["multi-user.target".to_owned()],
        needs: web.lists.iter().map(|list| list.path.clone()).collect(),
        confined,
        name,
    }
}

/// A service name keeps apart the shared memory of two processes; Squid takes letters and digits there.
fn start(proxy: &str) -> Vec<String> {
    let apart: String = proxy.chars().filter(char::is_ascii_alphanumeric).collect();
    let file = format!("/etc/squid/{proxy}.conf");
    ["/usr/sbin/squid", "--foreground", "-n", &apart, "-f", &file].map(str::to_owned).to_vec()
}
