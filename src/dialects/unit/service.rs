//! `etanche-proxy-NAME.service`: which program the boot starts, as whom, after what, and what it may not do.
//!
//! What confines the program is given as written; a key that is absent stays absent, for its default is the wider one
//! (systemd.exec(5)). What only keeps the program alive (restarts, limits, time to stop) is read and not given.

use super::line::{command, units};
use crate::config::host::Service;
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::networkd::value::seconds;
use crate::dialects::words::{Read, Refused, Row, Table, Word, among, decimal, many, one, only};

/// `etanche-proxy-staff` from the path of its unit.
pub(super) fn name(path: &str) -> Option<&str> {
    let name = path.strip_suffix(".service")?;
    let own = name.strip_prefix("etanche-proxy-")?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (!own.is_empty() && own.bytes().all(plain)).then_some(name)
}

const UNIT_ROWS: &[Row<Service>] = &[
    one("Description", |s, w| {
        s.description = Some(w.text.clone());
        Ok(())
    }),
    many("Documentation", |_, _| Ok(())),
    many("Requires", |s, w| units(&mut s.requires, w)),
    many("After", |s, w| units(&mut s.after, w)),
    many("AssertFileNotEmpty", |s, w| {
        s.needs.push(path(w)?);
        Ok(())
    }),
    one("StartLimitIntervalSec", |_, w| seconds(w).map(drop)),
];

const UNIT_REFUSED: &[Refused] = &[
    ("Wants", "what it pulls in would be started by nobody else"),
    ("Before", "what waits for it would wait for a program that is not ours"),
    ("BindsTo", "`Requires` says it"),
    ("DefaultDependencies", "without them it would not be stopped at shutdown"),
    ("ConditionPathExists", "a condition would skip it"),
    ("AssertPathExists", "a condition would skip it"),
    ("OnFailure", "another unit would run when it fails"),
];

const SWITCH: &[&str] = &["yes", "no"];

const SERVICE_ROWS: &[Row<Service>] = &[
    one("Type", |_, w| only(w, &["notify"], "lets nobody know whether the program listens")),
    one("NotifyAccess", |_, w| only(w, &["all"], "keeps the worker from saying that it listens")),
    one("User", |s, w| {
        s.user = Some(account(w)?);
        Ok(())
    }),
    one("ExecStart", |s, w| {
        s.start = command(w)?;
        Ok(())
    }),
    one("KillMode", |_, w| among(w, &[("mixed", ()), ("control-group", ())])),
    one("Restart", |_, w| among(w, &[("on-failure", ()), ("always", ())])),
    one("RestartSec", |_, w| seconds(w).map(drop)),
    one("TimeoutStartSec", |_, w| seconds(w).map(drop)),
    one("TimeoutStopSec", |_, w| seconds(w).map(drop)),
    one("LimitNOFILE", |_, w| decimal::<u32>(w).map(drop)),
    one("RuntimeDirectory", |s, w| keep(s, "RuntimeDirectory", &folder(w)?)),
    one("LogsDirectory", |s, w| keep(s, "LogsDirectory", &folder(w)?)),
    one("LogsDirectoryMode", |_, w| only(w, &["0750", "0700"], "lets others read who asked for what")),
    one("UMask", |_, w| only(w, &["0027", "0077"], "lets others read who asked for what")),
    one("AmbientCapabilities", |s, w| keep(s, "AmbientCapabilities", &capabilities(w)?)),
    one("CapabilityBoundingSet", |s, w| keep(s, "CapabilityBoundingSet", &capabilities(w)?)),
    one("NoNewPrivileges", |s, w| choice(s, "NoNewPrivileges", w, SWITCH)),
    one("LockPersonality", |s, w| choice(s, "LockPersonality", w, SWITCH)),
    one("MemoryDenyWriteExecute", |s, w| choice(s, "MemoryDenyWriteExecute", w, SWITCH)),
    one("PrivateDevices", |s, w| choice(s, "PrivateDevices", w, SWITCH)),
    one("PrivateIPC", |s, w| choice(s, "PrivateIPC", w, SWITCH)),
    one("PrivateTmp", |s, w| choice(s, "PrivateTmp", w, SWITCH)),
    one("ProcSubset", |s, w| choice(s, "ProcSubset", w, &["pid", "all"])),
    one("ProtectClock", |s, w| choice(s, "ProtectClock", w, SWITCH)),
    one("ProtectControlGroups", |s, w| choice(s, "ProtectControlGroups", w, SWITCH)),
    one("ProtectHome", |s, w| choice(s, "ProtectHome", w, &["yes", "no", "read-only", "tmpfs"])),
    one("ProtectHostname", |s, w| choice(s, "ProtectHostname", w, SWITCH)),
    one("ProtectKernelLogs", |s, w| choice(s, "ProtectKernelLogs", w, SWITCH)),
    one("ProtectKernelModules", |s, w| choice(s, "ProtectKernelModules", w, SWITCH)),
    one("ProtectKernelTunables", |s, w| choice(s, "ProtectKernelTunables", w, SWITCH)),
    one("ProtectProc", |s, w| choice(s, "ProtectProc", w, &["invisible", "noaccess", "ptraceable", "default"])),
    one("ProtectSystem", |s, w| choice(s, "ProtectSystem", w, &["strict", "full", "yes", "no"])),
    one("RemoveIPC", |s, w| choice(s, "RemoveIPC", w, SWITCH)),
    one("RestrictAddressFamilies", |s, w| keep(s, "RestrictAddressFamilies", &families(w)?)),
    one("RestrictNamespaces", |s, w| choice(s, "RestrictNamespaces", w, SWITCH)),
    one("RestrictRealtime", |s, w| choice(s, "RestrictRealtime", w, SWITCH)),
    one("RestrictSUIDSGID", |s, w| choice(s, "RestrictSUIDSGID", w, SWITCH)),
    one("SystemCallArchitectures", |s, w| choice(s, "SystemCallArchitectures", w, &["native"])),
    one("SystemCallFilter", |s, w| choice(s, "SystemCallFilter", w, &["@system-service"])),
];

/// What an absent key means where no other than one value is read: systemd.service(5).
const SERVICE_DEFAULTS: &[(&str, &str)] = &[("Type", "simple"), ("NotifyAccess", "main")];

const SERVICE_REFUSED: &[Refused] = &[
    ("Group", "the account has a group of its own"),
    ("SupplementaryGroups", "a group would share its files with others"),
    ("DynamicUser", "the packet filter knows accounts by fixed numbers"),
    ("Environment", "variables would change the program"),
    ("EnvironmentFile", "a file that is not read would change the program"),
    ("ExecStartPre", "another command would run beside the program"),
    ("ExecStartPost", "another command would run beside the program"),
    ("ExecReload", "another command would run beside the program"),
    ("ExecStop", "another command would run beside the program"),
    ("ExecStopPost", "another command would run beside the program"),
    ("ExecCondition", "a condition would skip it"),
    ("PermissionsStartOnly", "another command would run as root"),
    ("ReadWritePaths", "the program writes in its own folders alone"),
    ("RootDirectory", "it would read other files than those installed"),
    ("BindPaths", "it would read other files than those installed"),
];

const INSTALL_ROWS: &[Row<Service>] = &[many("WantedBy", |s, w| units(&mut s.wanted_by, w))];

pub(super) const TABLES: [(&str, Table<Service>); 3] = [
    (
        "Unit",
        Table { what: "`[Unit]`", page: "systemd.unit(5)", rows: UNIT_ROWS, defaults: &[], refused: UNIT_REFUSED },
    ),
    (
        "Service",
        Table {
            what: "`[Service]`",
            page: "systemd.exec(5)",
            rows: SERVICE_ROWS,
            defaults: SERVICE_DEFAULTS,
            refused: SERVICE_REFUSED,
        },
    ),
    (
        "Install",
        Table {
            what: "`[Install]`",
            page: "systemd.unit(5)",
            rows: INSTALL_ROWS,
            defaults: &[],
            refused: &[("Alias", "another name of the unit is not modelled")],
        },
    ),
];

/// What no single key shows.
pub(super) fn judge(service: &Service, head: &Word, sink: &mut Sink) {
    if service.start.is_empty() || service.wanted_by.is_empty() {
        sink.push(head.wrong(&host::MISSING, "nothing says what the unit runs, or what pulls it in"));
    }
}

#[expect(clippy::unnecessary_wraps, reason = "rows of the table give a result")]
fn keep(service: &mut Service, key: &str, value: &str) -> Read<()> {
    service.confined.insert(key.to_owned(), value.to_owned());
    Ok(())
}

fn choice(service: &mut Service, key: &str, word: &Word, values: &[&str]) -> Read<()> {
    let pairs: Vec<(&str, &str)> = values.iter().map(|v| (*v, *v)).collect();
    keep(service, key, among(word, &pairs)?)
}

/// An account by its name: a number or a specifier names another one.
fn account(word: &Word) -> Read<String> {
    let first = word.text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    if first && word.text.bytes().all(ok) && word.text.len() <= 31 {
        return Ok(word.text.clone());
    }
    Err(Box::new(word.wrong(&host::VALUE, format!("`{}` is not the name of an account", word.text))))
}

/// An absolute path of plain names: a `!` before it, or a `|`, would turn the condition round (systemd.unit(5)).
fn path(word: &Word) -> Read<String> {
    let ok = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let names = word.text.strip_prefix('/').map(|rest| rest.split('/'));
    let clean = names.is_some_and(|mut all| all.all(|n| !n.is_empty() && !n.starts_with('.') && n.bytes().all(ok)));
    if clean {
        return Ok(word.text.clone());
    }
    Err(Box::new(word.wrong(&host::VALUE, format!("`{}` is not an absolute path of plain names", word.text))))
}

/// One plain name of a folder below the one that the key means.
fn folder(word: &Word) -> Read<String> {
    let ok = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !word.text.is_empty() && word.text.bytes().all(ok) {
        return Ok(word.text.clone());
    }
    Err(Box::new(word.wrong(&host::VALUE, format!("`{}` is not one plain name of a folder", word.text))))
}

/// Capabilities by name; a list that begins with `~` says which are not in it, and is not read.
fn capabilities(word: &Word) -> Read<String> {
    names(word, "CAP_", "a capability")
}

/// Address families by name.
fn families(word: &Word) -> Read<String> {
    names(word, "AF_", "an address family")
}

fn names(word: &Word, begins: &str, what: &str) -> Read<String> {
    let ok = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    for one in word.words() {
        if !(one.text.starts_with(begins) && one.text.bytes().all(ok)) {
            return Err(Box::new(one.wrong(&host::VALUE, format!("`{}` is not {what}", one.text))));
        }
    }
    let mut all: Vec<String> = word.words().into_iter().map(|w| w.text).collect();
    all.sort();
    Ok(all.join(" "))
}
