//! The delegation matrix: annexe I of the convention, task by task, and what carries each (domain report §3).

/// What an actor does of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Nothing.
    No,
    /// It is this actor's.
    Does,
    /// Only in part, in the convention's words.
    Partly(&'static str),
}

/// Where a task shows in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// In these files, under these keys.
    By(&'static str),
    /// Nowhere: this program does not see it.
    Nowhere(&'static str),
}

/// One row of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// In the convention's order.
    pub task: &'static str,
    /// The right it takes.
    pub right: &'static str,
    /// The establishment.
    pub establishment: Share,
    /// The Region's contractor.
    pub operator: Share,
    /// The academy.
    pub academy: Share,
    /// Where the language has it.
    pub carried: Carried,
}

use Carried::{By, Nowhere};
use Share::{Does, No, Partly};

const fn task(
    task: &'static str,
    right: &'static str,
    [establishment, operator, academy]: [Share; 3],
    carried: Carried,
) -> Task {
    Task { task, right, establishment, operator, academy, carried }
}

/// Every task that the domain report holds, shares as annexe I gives them.
pub static TASKS: &[Task] = &[
    task("configuration of network devices", "switch.*", [No, Does, No], By("establishments/ (switches), targets/")),
    task(
        "network supervision",
        "supervision.*",
        [No, Does, No],
        By("establishments/ (supervision), profiles/ (devices)"),
    ),
    task("VPN", "vpn.*", [No, Does, Does], By("profiles/ (links), establishments/ (gateway), services.yaml (suites)")),
    task(
        "firewall",
        "flow.*",
        [Partly("only narrower"), Does, Does],
        By("profiles/ and establishments/ (flows), security.yaml, delegated/ (withdraw)"),
    ),
    task(
        "web proxy",
        "proxy.*",
        [Partly("own lists"), Does, Does],
        By("security.yaml (web), centre/ and profiles/ (proxies)"),
    ),
    task(
        "lists of the pedagogic proxy",
        "proxy.pedago.lists",
        [Does, No, No],
        By("delegated/ (web), inside security.yaml (delegation)"),
    ),
    task(
        "addressing plan",
        "address.*",
        [No, Does, Does],
        By("region.yaml (plan), establishments/ (block), profiles/ (zones)"),
    ),
    task(
        "topology, addressing and passwords kept current",
        "docs.*",
        [Partly("assists in Cible 1"), Does, Partly("assists in Cible 1")],
        Nowhere("the workspace is the topology and the plan; passwords never appear in it"),
    ),
    task("topology schemas", "topology.*", [No, Does, No], By("establishments/ (cables), `etanche graph`")),
    task(
        "probes and follow-up",
        "flow.supervision",
        [No, Does, No],
        By("profiles/ (flows to supervision), security.yaml (may_start)"),
    ),
    task(
        "plugging on an activated outlet",
        "outlet.*",
        [Does, No, No],
        Nowhere("a port stays as it was compiled, whoever plugs"),
    ),
    task(
        "settings of copiers",
        "printer.*",
        [Does, Partly("if needed"), No],
        By("profiles/ (zones and flows of printers)"),
    ),
    task(
        "print servers, quotas, virtual machines, directory",
        "centre.*",
        [No, Does, No],
        By("centre/ (zones, hosts)"),
    ),
    task(
        "installations by vendors (canteen, access control)",
        "access_control.*",
        [Partly("if needed"), Does, No],
        By("profiles/ (access_control, flows of csm.vendor)"),
    ),
    task("sandboxes", "sandbox.*", [Partly("uses"), Does, No], By("profiles/ (zone sandbox)")),
    task("experiments", "experiment.*", [Does, Partly("consulted"), Does], By("experiments.yaml")),
    task(
        "security policy, and audit",
        "policy.*",
        [No, No, Does],
        By("security.yaml, waivers.yaml, `certificate.json`"),
    ),
    task("putting the security policy to work", "merge", [No, Does, No], By("everything that the operator merges")),
    task(
        "deployment of certificates",
        "pki.*",
        [No, Partly("by delegation"), Does],
        By("region.yaml (ike): slots alone, never a key"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::rights;

    #[test]
    fn every_task_is_somebodys_and_every_right_has_one_row() {
        for row in TASKS {
            let shares = [row.establishment, row.operator, row.academy];
            assert!(shares.contains(&Does), "nobody does `{}`", row.task);
        }
        let names: Vec<&str> = TASKS.iter().map(|t| t.right).collect();
        assert!(names.iter().enumerate().all(|(n, name)| !names[..n].contains(name)), "{names:?}");
    }

    /// What a row names exists in the language.
    #[test]
    fn files_and_keys_of_the_matrix_exist() {
        let files: Vec<&str> = rights::files().map(|f| f.path).collect();
        let known = |word: &str| {
            files.iter().any(|f| *f == word || f.split('*').next() == Some(word)) || ["targets/"].contains(&word)
        };
        for row in TASKS {
            let By(text) = row.carried else { continue };
            let words = text.split([' ', ',', '(', ')']).filter(|w| w.ends_with('/') || w.ends_with(".yaml"));
            for word in words {
                assert!(known(word), "`{}` names `{word}`", row.task);
            }
        }
    }
}
