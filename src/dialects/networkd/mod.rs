//! systemd-networkd's files back into links and the manager's own settings (systemd 252).
//!
//! `network/*.network` and `network/*.netdev` become [`Link`]s, `networkd.conf` a map. Takes texts, shares nothing
//! with the templates, knows no zone.

mod defaults;
mod links;
mod netdev;
mod network;
mod route;
mod serve;
pub(in crate::dialects) mod syntax;
pub(in crate::dialects) mod value;

use self::value::boolean;
use super::words::{Read, Table, Word, one};
use crate::config::host::Link;
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::words::Words;
use crate::dialects::{Dialect, File, Reading};
use std::collections::BTreeMap;

/// Settings of the manager, as `Section.Key` to `yes` or `no`.
pub type Manager = BTreeMap<String, String>;

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "networkd",
    name: "interfaces, addresses and routes (systemd-networkd)",
    claims: |path| path == "networkd.conf" || path.starts_with("network/"),
    read: read_files,
    codes: &[],
};

fn read_files(reading: &mut Reading<'_>) {
    let (manager, links): (Vec<_>, Vec<_>) = reading.files.iter().partition(|f| f.path == "networkd.conf");
    let host = reading.bundle.host.get_or_insert_default();
    host.links = read_links(&links, reading.sink).unwrap_or_default();
    for file in manager {
        host.manager = read_manager(file, reading.sink).unwrap_or_default();
    }
}

/// The links that all files of `network/` make, by path; None when one has an error, with every finding in the sink.
pub fn read_links(files: &[&File<'_>], sink: &mut Sink) -> Option<Vec<Link>> {
    let mut found = Sink::default();
    let mut networks = Vec::new();
    let mut netdevs = Vec::new();
    for text in files {
        let path = text.path;
        match path.rsplit_once('.') {
            Some((_, "network")) => {
                let mut own = Sink::default();
                networks.push(network::read(text, &mut own));
                found.append(own);
            }
            Some((_, "netdev")) => netdevs.extend(netdev::read(text, &mut found)),
            _ => found.push(text.head().wrong(&host::LINKS, format!("`{path}` is neither a .network nor a .netdev"))),
        }
    }
    if !found.has_errors() {
        let links = links::merge(networks, &netdevs, &mut found);
        if !found.has_errors() {
            sink.append(found);
            return Some(links);
        }
    }
    sink.append(found);
    None
}

const MANAGER: Table<Manager> = Table {
    what: "`[Network]`",
    page: "networkd.conf(5)",
    rows: &[
        one("ManageForeignRoutes", |m, w| set(m, "ManageForeignRoutes", w)),
        one("ManageForeignRoutingPolicyRules", |m, w| set(m, "ManageForeignRoutingPolicyRules", w)),
        one("SpeedMeter", |_, w| boolean(w).map(drop)),
    ],
    defaults: defaults::MANAGER,
    refused: &[("RouteTable", "further routing tables are not modelled")],
};

fn set(manager: &mut Manager, key: &str, word: &Word) -> Read<()> {
    let value = if boolean(word)? { "yes" } else { "no" };
    manager.insert(format!("Network.{key}"), value.to_owned());
    Ok(())
}

/// `networkd.conf`; None when it has an error, with every finding in the sink.
pub fn read_manager(text: &File<'_>, sink: &mut Sink) -> Option<Manager> {
    let mut found = Sink::default();
    let mut manager = Manager::new();
    let sections = syntax::parse(text, &mut found);
    let (own, others): (Vec<_>, Vec<_>) = sections.iter().partition(|s| s.name.text == "Network");
    for section in others {
        found.push(section.name.wrong(
            &host::UNKNOWN_SECTION,
            format!("`{}` is not a section that networkd.conf may hold here", section.name.text),
        ));
    }
    for again in own.iter().skip(1) {
        let message = "section `Network` stands twice";
        found.push(again.name.wrong(&host::DUPLICATE, message));
    }
    let place = text.head();
    let (name, entries) = own.first().map_or((&place, &[][..]), |s| (&s.name, &s.entries[..]));
    MANAGER.fill(&mut manager, name, entries, &mut found);
    let clean = !found.has_errors();
    sink.append(found);
    clean.then_some(manager)
}
