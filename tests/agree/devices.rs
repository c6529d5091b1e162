//! Which devices there are, and which files each kind may have.

use etanche::isolation::Output;
use etanche::network::Role;
use etanche::pipeline::{Options, Run, run_with};

use crate::{said, workspace};

/// A run whose outputs were changed as a whole.
fn changed(change: impl Fn(&mut Vec<Output>)) -> Run {
    run_with(&workspace(), Options::default(), &|outputs| change(outputs))
}

fn refused(what: &str, says: &str, change: impl Fn(&mut Vec<Output>)) {
    let run = changed(change);
    let found = run.sink.into_sorted();
    let is_told = found.iter().any(|d| d.code.name == "isolation/differs" && d.message.contains(says));
    assert!(run.proven.is_none() && is_told, "{what}: {}", said(&found, &run.sources));
}

fn device<'o>(outputs: &'o mut [Output], path: &str) -> &'o mut Output {
    outputs.iter_mut().find(|o| o.path == path).unwrap_or_else(|| panic!("no device {path}"))
}

/// Copies files of one device, whose names begin so, to another.
fn lend(outputs: &mut [Output], from: &str, begins: &str, to: &str) {
    let files: Vec<_> = device(outputs, from).files.iter().map(|(p, t)| (p.clone(), t.clone())).collect();
    let lent: Vec<_> = files.into_iter().filter(|(path, _)| path.starts_with(begins)).collect();
    assert!(!lent.is_empty(), "{from} has no {begins}");
    device(outputs, to).files.extend(lent);
}

#[test]
fn every_device_is_there_once() {
    const SAYS: &str = "are not those that were written";
    for role in [Role::Gateway, Role::Proxy(0), Role::Switch(0)] {
        let is_it = move |o: &Output| o.role == role;
        refused("missing", SAYS, |outputs| {
            let at = outputs.iter().position(is_it).expect("a device of each kind");
            outputs.remove(at);
        });
        refused("twice", SAYS, |outputs| {
            let again = outputs.iter().find(|o| is_it(o)).expect("a device of each kind").clone();
            outputs.push(again);
        });
    }
}

#[test]
fn a_device_has_the_files_of_its_kind_alone() {
    const SAYS: &str = "holds files that its kind of device does not have";
    const GATEWAY: &str = "0000002C/gateway";
    const MACHINE: &str = "csm/proxy-staff";
    const SWITCH: &str = "0000002C/sw-1";
    for (from, begins, to) in [
        (GATEWAY, "etanche.nft", MACHINE),
        (GATEWAY, "swanctl.conf", MACHINE),
        (GATEWAY, "sysctl.conf", MACHINE),
        (GATEWAY, "etanche-firewall.service", MACHINE),
        (SWITCH, "aos-s.cfg", MACHINE),
        (SWITCH, "aos-s.cfg", GATEWAY),
        (GATEWAY, "charon.conf", SWITCH),
        (GATEWAY, "etanche-proxy-staff.service", SWITCH),
        (MACHINE, "squid-staff.conf", SWITCH),
    ] {
        refused(&format!("{begins} at {to}"), SAYS, |outputs| lend(outputs, from, begins, to));
    }
}

/// A proxy of another device, whole: of the right kind, and of no policy there.
#[test]
fn a_device_has_its_own_proxies_alone() {
    let run = changed(|outputs| {
        lend(outputs, "csm/proxy-pupils", "squid-", "csm/proxy-staff");
        lend(outputs, "csm/proxy-pupils", "lists/", "csm/proxy-staff");
        lend(outputs, "csm/proxy-pupils", "etanche-proxy-", "csm/proxy-staff");
    });
    let found = run.sink.into_sorted();
    let codes: Vec<&str> = found.iter().map(|d| d.code.name).collect();
    let told = ["isolation/service-differs", "isolation/web-differs"].iter().all(|code| codes.contains(code));
    assert!(run.proven.is_none() && told, "{}", said(&found, &run.sources));
}

/// A file that no reader knows, at each kind of device.
#[test]
fn a_file_that_no_reader_knows_is_refused_everywhere() {
    for path in ["0000002C/gateway", "csm/proxy-staff", "0000002C/sw-1"] {
        for file in ["rc.local", "squid.conf", "etanche-proxy-.service", "etanche-undo.service"] {
            let run = changed(|outputs| {
                device(outputs, path).files.insert(file.to_owned(), "# nothing\n".to_owned());
            });
            let found = run.sink.into_sorted();
            let unknown = found.iter().any(|d| d.code.name == "readback/unknown-file");
            assert!(run.proven.is_none() && unknown, "{path}/{file}: {}", said(&found, &run.sources));
        }
    }
}
