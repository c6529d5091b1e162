//! `etanche-firewall.service`: what loads the rules, and what turns forwarding on.
//!
//! The unit is a `oneshot` that stays: its commands run in order, and the first that fails ends it, so that nothing
//! after it runs (systemd.service(5)).

use super::line::{command, units};
use crate::config::host::Boot;
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::networkd::value::{boolean, seconds};
use crate::dialects::words::{Read, Refused, Row, Table, Word, many, one, only};

/// What the unit says, before it is known to say enough.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) boot: Boot,
    /// `DefaultDependencies`: after `sysinit.target` and `basic.target`.
    waits_for_the_basic_system: bool,
}

/// What an absent key means: systemd.unit(5), systemd.service(5).
const UNIT_DEFAULTS: &[(&str, &str)] = &[("DefaultDependencies", "yes")];
const SERVICE_DEFAULTS: &[(&str, &str)] = &[("Type", "simple"), ("RemainAfterExit", "no")];

const UNIT_ROWS: &[Row<Draft>] = &[
    one("Description", |_, _| Ok(())),
    many("Documentation", |_, _| Ok(())),
    one("DefaultDependencies", |d, w| {
        d.waits_for_the_basic_system = boolean(w)?;
        Ok(())
    }),
    many("Before", |d, w| units(&mut d.boot.before, w)),
    many("After", |d, w| units(&mut d.boot.after, w)),
    many("Wants", |d, w| units(&mut d.boot.wants, w)),
    one("Conflicts", |_, w| only(w, &["shutdown.target"], "lets another unit stop this one")),
];

const SERVICE_ROWS: &[Row<Draft>] = &[
    one("Type", |_, w| only(w, &["oneshot"], "lets others start before the rules are loaded")),
    one("RemainAfterExit", |_, w| only(w, &["yes"], "runs the commands again whenever the unit is asked for")),
    many("ExecStart", |d, w| {
        d.boot.start.push(command(w)?);
        Ok(())
    }),
    many("ExecStop", |_, w| closing(w)),
    one("TimeoutStartSec", |_, w| seconds(w).map(drop)),
];

const INSTALL_ROWS: &[Row<Draft>] = &[many("WantedBy", |d, w| units(&mut d.boot.wanted_by, w))];

const UNIT_REFUSED: &[Refused] = &[
    ("Requires", "a unit that fails would keep the rules from being loaded"),
    ("BindsTo", "another unit would stop this one"),
    ("PartOf", "another unit would stop this one"),
    ("ConditionPathExists", "a condition would skip the rules"),
    ("AssertPathExists", "a condition would skip the rules"),
    ("OnFailure", "another unit would run when the rules fail"),
];

const SERVICE_REFUSED: &[Refused] = &[
    ("EnvironmentFile", "a file that is not read would change the commands"),
    ("Environment", "variables would change the commands"),
    ("ExecStartPre", "commands run in the order of `ExecStart` alone"),
    ("ExecStartPost", "commands run in the order of `ExecStart` alone"),
    ("ExecStopPost", "it runs after a failure too, and could open what failed to close"),
    ("ExecReload", "another way to load the rules is not modelled"),
    ("ExecCondition", "a condition would skip the rules"),
    ("SuccessExitStatus", "a failure would count as success"),
    ("Restart", "a unit that restarts is not modelled"),
];

/// Commands that stopping the unit may run: each closes. Loading anything, or turning forwarding on, would open.
const CLOSING: &[&str] = &[
    "sysctl -q -w net.ipv4.ip_forward=0",
    "sysctl -q -w net.ipv4.conf.all.forwarding=0",
    "sysctl -q -w net.ipv6.conf.all.forwarding=0",
    "sysctl -w net.ipv4.ip_forward=0",
    "sysctl -w net.ipv4.conf.all.forwarding=0",
    "sysctl -w net.ipv6.conf.all.forwarding=0",
];

pub(super) const TABLES: [(&str, Table<Draft>); 3] = [
    (
        "Unit",
        Table {
            what: "`[Unit]`",
            page: "systemd.unit(5)",
            rows: UNIT_ROWS,
            defaults: UNIT_DEFAULTS,
            refused: UNIT_REFUSED,
        },
    ),
    (
        "Service",
        Table {
            what: "`[Service]`",
            page: "systemd.service(5)",
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
            refused: &[("RequiredBy", "what pulls the unit in is written with `WantedBy`")],
        },
    ),
];

/// What no single key shows.
pub(super) fn judge(draft: &Draft, head: &Word, sink: &mut Sink) {
    let boot = &draft.boot;
    if boot.start.is_empty() || boot.wanted_by.is_empty() {
        let message = "nothing says what the unit runs, or what pulls it in";
        sink.push(head.wrong(&host::MISSING, message));
    }
    let early = boot.before.iter().chain(&boot.wanted_by).any(|u| EARLY.contains(&u.as_str()));
    if early && draft.waits_for_the_basic_system {
        let message = "the unit waits for the basic system, which waits for it";
        let finding = head.wrong(&host::UNMODELLED, message);
        sink.push(finding.help("systemd drops one of the two, perhaps the rules: write `DefaultDependencies=no`"));
    }
}

/// Targets of early boot, which a unit with default dependencies comes after (bootup(7)).
const EARLY: &[&str] = &["sysinit.target", "basic.target", "local-fs.target", "local-fs-pre.target"];

/// Stopping the unit may only close.
fn closing(word: &Word) -> Read<()> {
    let line = command(word)?.join(" ");
    let plain = line.strip_prefix("/usr/sbin/").or_else(|| line.strip_prefix("/sbin/"));
    if plain.is_some_and(|p| CLOSING.contains(&p)) {
        return Ok(());
    }
    let message = format!("`{}` runs when the unit stops, and could open", word.text);
    let finding = word.wrong(&host::UNMODELLED, message);
    Err(Box::new(finding.help("stopping may only turn forwarding off")))
}
