//! What is installed where: every file of the device, once, where its program reads it.
//!
//! The apply script takes away what an earlier table installed and this one does not name; a file that is written and
//! not named would leave an old one alive.

use std::collections::{BTreeMap, BTreeSet};

use super::super::differences::Differences;
use crate::diagnostics::codes::isolation as codes;

/// Files that stay beside the table.
const TOOLS: [&str; 2] = ["apply.sh", "apply.tsv"];

/// Where the one program that reads a file reads it.
const PLACES: &[(&str, &str)] = &[
    ("charon.conf", "/etc/strongswan.d/etanche.conf"),
    ("etanche-firewall.service", "/etc/systemd/system/etanche-firewall.service"),
    ("etanche.nft", "/etc/etanche/etanche.nft"),
    ("networkd.conf", "/etc/systemd/networkd.conf.d/etanche.conf"),
    ("swanctl.conf", "/etc/swanctl/conf.d/etanche.conf"),
    ("sysctl.conf", "/etc/sysctl.d/90-etanche.conf"),
    ("sysusers.conf", "/etc/sysusers.d/etanche.conf"),
];

/// The same for files whose names vary: folder and beginning of the name here, folder there.
const FOLDERS: &[(&str, &str)] = &[
    ("etanche-proxy-", "/etc/systemd/system/etanche-proxy-"),
    ("lists/", "/etc/squid/lists/"),
    ("network/", "/etc/systemd/network/"),
    ("squid-", "/etc/squid/"),
];

/// Compares the table with the files that are there.
pub(super) fn installed(told: &mut Differences<'_>, table: &[(String, String)]) {
    for (begins, problem) in problems(&told.files(), table) {
        let span = told.line("apply.tsv", &begins);
        told.tell(&codes::APPLY_DIFFERS, span, problem);
    }
}

/// What is wrong, with the beginning of the line that says it.
fn problems(files: &BTreeSet<String>, table: &[(String, String)]) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for (source, to) in table {
        *named.entry(source).or_default() += 1;
        let mut tell = |problem: String| problems.push((format!("{source}\t"), problem));
        if !files.contains(source) {
            tell(format!("`{source}` is installed and is not there"));
        }
        match place(source) {
            Some(place) if place == *to => {}
            Some(place) => tell(format!("`{source}` goes to {to}, and its program reads {place}")),
            None => tell(format!("`{source}` goes to {to}, and no program is known to read it")),
        }
    }
    for file in files.iter().filter(|f| !TOOLS.contains(&f.as_str())) {
        match named.get(file.as_str()) {
            Some(1) => {}
            Some(_) => problems.push((format!("{file}\t"), format!("`{file}` is installed twice"))),
            None => problems.push((String::new(), format!("`{file}` is not installed: an old one would stay alive"))),
        }
    }
    problems
}

fn place(source: &str) -> Option<String> {
    let fixed = PLACES.iter().find(|(file, _)| *file == source).map(|(_, place)| (*place).to_owned());
    fixed.or_else(|| {
        let (_, rest, folder) = FOLDERS.iter().find_map(|(own, to)| Some((own, source.strip_prefix(own)?, to)))?;
        Some(format!("{folder}{rest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[&str], table: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|f| (*f).to_owned()).collect();
        let table: Vec<_> = table.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        problems(&files, &table).into_iter().map(|(_, says)| says).collect()
    }

    #[test]
    fn every_file_once_where_its_program_reads_it() {
        let files =
            ["apply.sh", "apply.tsv", "etanche.nft", "network/10-eth0.network", "squid-staff.conf", "lists/a.txt"];
        let table = [
            ("etanche.nft", "/etc/etanche/etanche.nft"),
            ("network/10-eth0.network", "/etc/systemd/network/10-eth0.network"),
            ("squid-staff.conf", "/etc/squid/staff.conf"),
            ("lists/a.txt", "/etc/squid/lists/a.txt"),
        ];
        assert!(said(&files, &table).is_empty());
        for left in 0..table.len() {
            let fewer: Vec<_> = table.iter().enumerate().filter(|(n, _)| *n != left).map(|(_, row)| *row).collect();
            let says = said(&files, &fewer);
            assert_eq!(says.len(), 1, "{says:?}");
            assert!(says[0].starts_with(&format!("`{}` is not installed", table[left].0)), "{says:?}");
        }
    }

    #[test]
    fn another_place_a_second_one_and_a_file_that_is_not_there_are_told() {
        let moved = said(&["etanche.nft"], &[("etanche.nft", "/etc/nftables.conf")]);
        assert_eq!(moved, ["`etanche.nft` goes to /etc/nftables.conf, and its program reads /etc/etanche/etanche.nft"]);
        let row = ("etanche.nft", "/etc/etanche/etanche.nft");
        assert_eq!(said(&["etanche.nft"], &[row, row]), ["`etanche.nft` is installed twice"]);
        assert_eq!(said(&[], &[row]), ["`etanche.nft` is installed and is not there"]);
        let unknown = said(&["rc.local"], &[("rc.local", "/etc/rc.local")]);
        assert_eq!(unknown, ["`rc.local` goes to /etc/rc.local, and no program is known to read it"]);
    }
}
