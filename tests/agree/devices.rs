//! The devices that are proved are exactly those of the region, each with the files of its kind.

use etanche::isolation::Output;
use etanche::pipeline::{Options, Run, run_with};

use crate::{said, workspace};

/// A run with the list of devices changed.
fn changed(change: &dyn Fn(&mut Vec<Output>)) -> Run {
    run_with(&workspace(), Options::default(), change)
}

fn place(outputs: &[Output], path: &str) -> usize {
    outputs.iter().position(|o| o.path == path).unwrap_or_else(|| panic!("no device {path}"))
}

/// Refused by a finding that says so.
fn refused(change: &dyn Fn(&mut Vec<Output>), says: &str) {
    let run = changed(change);
    let is_proven = run.proven.is_some();
    let found = run.sink.into_sorted();
    let is_said = found.iter().any(|d| d.message.contains(says) && d.notes.iter().any(|n| n.kind == "help"));
    assert!(!is_proven && is_said, "no {says:?} in\n{}", said(&found, &run.sources));
}

#[test]
fn every_device_is_there() {
    for path in ["0000001B/gateway", "0000001B/sw-rdc-1", "csm/gateway", "csm/proxy-pupils"] {
        let missing = |outputs: &mut Vec<Output>| {
            let nth = place(outputs, path);
            outputs.remove(nth);
        };
        let site = path.split('/').next().unwrap_or_default();
        refused(&missing, &format!("the devices of `{site}` are not those that were written"));
    }
}

#[test]
fn no_device_is_there_twice() {
    for path in ["0000001B/gateway", "0000001B/sw-rdc-1", "csm/proxy-pupils"] {
        let twice = |outputs: &mut Vec<Output>| {
            let mut second = outputs[place(outputs, path)].clone();
            second.path = format!("{path}-2");
            outputs.push(second);
        };
        let site = path.split('/').next().unwrap_or_default();
        refused(&twice, &format!("the devices of `{site}` are not those that were written"));
    }
}

#[test]
fn a_device_has_the_files_of_its_kind_alone() {
    let rows = [
        ("0000001B/sw-rdc-1", "0000001B/gateway", "etanche.nft"),
        ("0000001B/sw-rdc-1", "0000001B/gateway", "swanctl.conf"),
        ("0000001B/gateway", "0000001B/sw-rdc-1", "aos-s.cfg"),
        ("csm/proxy-pupils", "csm/gateway", "etanche.nft"),
        ("csm/proxy-pupils", "0000001B/sw-rdc-1", "aos-s.cfg"),
    ];
    for (to, from, file) in rows {
        let foreign = |outputs: &mut Vec<Output>| {
            let text = outputs[place(outputs, from)].files[file].clone();
            let nth = place(outputs, to);
            outputs[nth].files.insert(file.to_owned(), text);
        };
        refused(&foreign, &format!("`{to}` holds files that its kind of device does not have"));
    }
}
