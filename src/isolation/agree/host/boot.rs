//! The order of the boot: the rules, then forwarding, both before the network.

use super::super::differences::Differences;
use crate::config::host::Boot;
use crate::diagnostics::codes::isolation as codes;

/// The unit's file.
const FILE: &str = "etanche-firewall.service";
/// What loads the rules: the file that the apply table installs there, and no other.
const LOAD: [&str; 3] = ["/usr/sbin/nft", "-f", "/etc/etanche/etanche.nft"];
/// What turns forwarding on.
const SETTER: [&str; 3] = ["/usr/sbin/sysctl", "-q", "-w"];
/// The target that everything that configures the network waits for (systemd.special(7)).
const NETWORK: &str = "network-pre.target";
/// What may come first: all of it is over before anything speaks on a link.
const EARLIER: &[&str] = &[
    "local-fs.target",
    "systemd-modules-load.service",
    "systemd-sysctl.service",
    "systemd-sysusers.service",
    "systemd-tmpfiles-setup-dev.service",
    "systemd-udevd.service",
];
/// What may pull the unit in: every boot that reaches a network passes there.
const PULLERS: &[&str] = &["sysinit.target", "basic.target", "multi-user.target"];

/// Compares the unit.
pub(super) fn boot(told: &mut Differences<'_>, boot: &Boot, forwards6: bool) {
    let mut problems = commands(&boot.start, forwards6);
    problems.extend(order(boot));
    for (begins, problem) in problems {
        let span = told.line(FILE, &begins);
        told.tell(&codes::BOOT_DIFFERS, span, problem);
    }
}

/// The rules first; then exactly the intended switches of forwarding.
fn commands(start: &[Vec<String>], forwards6: bool) -> Vec<(String, String)> {
    let line = |words: &[String]| format!("ExecStart={}", words.join(" "));
    let mut problems = Vec::new();
    let (first, rest) = start.split_first().map_or((&[][..], &[][..]), |(f, r)| (f.as_slice(), r));
    if first != LOAD {
        problems.push((line(first), format!("the first command does not load {}", LOAD[2])));
    }
    let mut wanted = vec!["net.ipv4.ip_forward=1"];
    wanted.extend(forwards6.then_some("net.ipv6.conf.all.forwarding=1"));
    let mut turned: Vec<&str> = Vec::new();
    for words in rest {
        match words.strip_prefix(SETTER.map(str::to_owned).as_slice()) {
            Some(settings) if !settings.is_empty() => {
                for setting in settings {
                    turned.push(setting);
                    if !wanted.contains(&setting.as_str()) {
                        problems
                            .push((line(words), format!("`{setting}` is turned on, which the policy does not ask")));
                    }
                }
            }
            _ => problems.push((line(words), format!("`{}` is neither the rules nor forwarding", words.join(" ")))),
        }
    }
    for setting in wanted.iter().filter(|w| !turned.contains(*w)) {
        problems.push(("[Service]".to_owned(), format!("nothing sets `{setting}`: the device would not forward")));
    }
    problems
}

/// Before the network, which waits for a target that somebody must want; after nothing that speaks on it.
fn order(boot: &Boot) -> Vec<(String, String)> {
    let has = |list: &[String], unit: &str| list.iter().any(|u| u == unit);
    let mut problems = Vec::new();
    let mut need = |holds: bool, begins: &str, says: String| {
        if !holds {
            problems.push((begins.to_owned(), says));
        }
    };
    need(has(&boot.before, NETWORK), "Before=", format!("the rules are not loaded before `{NETWORK}`"));
    need(has(&boot.wants, NETWORK), "Wants=", format!("nothing pulls `{NETWORK}` in, so that it orders nothing"));
    let settings = "systemd-sysctl.service";
    need(has(&boot.after, settings), "After=", "kernel settings may be written after forwarding is on".to_owned());
    need(
        boot.wanted_by.iter().any(|u| PULLERS.contains(&u.as_str())),
        "WantedBy=",
        "no boot pulls the unit in".to_owned(),
    );
    for unit in boot.after.iter().filter(|u| !EARLIER.contains(&u.as_str())) {
        need(false, "After=", format!("the rules wait for `{unit}`, which may come after the network"));
    }
    for unit in boot.before.iter().filter(|u| *u != NETWORK && *u != "shutdown.target") {
        need(false, "Before=", format!("`{unit}` would wait for the rules: a cycle drops one of the two at boot"));
    }
    for unit in boot.wants.iter().filter(|u| *u != NETWORK) {
        need(false, "Wants=", format!("`{unit}` is pulled in, and no file of ours says what it does"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    fn said(lines: &[&str], forwards6: bool) -> Vec<String> {
        let start: Vec<_> = lines.iter().map(|l| words(l)).collect();
        commands(&start, forwards6).into_iter().map(|(_, says)| says).collect()
    }

    const LOADS: &str = "/usr/sbin/nft -f /etc/etanche/etanche.nft";
    const FOUR: &str = "/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1";
    const SIX: &str = "/usr/sbin/sysctl -q -w net.ipv6.conf.all.forwarding=1";

    #[test]
    fn the_rules_then_exactly_the_intended_forwarding() {
        assert!(said(&[LOADS, FOUR], false).is_empty());
        assert!(said(&[LOADS, FOUR, SIX], true).is_empty());
        assert_eq!(said(&[LOADS, FOUR, SIX], false).len(), 1);
        assert_eq!(said(&[LOADS, FOUR], true).len(), 1);
        assert_eq!(said(&[FOUR, LOADS], false).len(), 3);
        assert_eq!(said(&[LOADS, FOUR, "/bin/true"], false), ["`/bin/true` is neither the rules nor forwarding"]);
        assert_eq!(said(&[], false).len(), 2);
    }

    #[test]
    fn the_unit_waits_for_nothing_of_the_network() {
        let list = |units: &[&str]| units.iter().map(|u| (*u).to_owned()).collect::<Vec<_>>();
        let unit = || Boot {
            start: Vec::new(),
            before: list(&[NETWORK]),
            after: list(&["systemd-sysctl.service"]),
            wants: list(&[NETWORK]),
            wanted_by: list(&["sysinit.target"]),
        };
        assert!(order(&unit()).is_empty());
        let wrong = [
            Boot { before: Vec::new(), ..unit() },
            Boot { wants: Vec::new(), ..unit() },
            Boot { after: Vec::new(), ..unit() },
            Boot { wanted_by: list(&["rescue.target"]), ..unit() },
            Boot { after: list(&["systemd-sysctl.service", "network.target"]), ..unit() },
            Boot { wants: list(&[NETWORK, "other.service"]), ..unit() },
        ];
        for boot in wrong {
            assert_eq!(order(&boot).len(), 1, "{boot:?}");
        }
    }
}
