//! The kernel's own listing of every generated ruleset: loaded twice it is the same, and read back it means what the file means.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use etanche::config::Filter;
use etanche::config::filter::Hook;
use etanche::config::meaning::{self, Interfaces};
use etanche::dialects::nft::Form;
use etanche::intent;
use etanche::packets::{Limits, Space};

use super::netns::Netns;
use super::region::{read, region};

const HOOKS: [Hook; 5] = [Hook::Prerouting, Hook::Input, Hook::Forward, Hook::Output, Hook::Postrouting];

/// The listing of whatever is loaded.
pub(crate) fn listing(netns: &Netns) -> String {
    netns.run("env", &["TZ=UTC", "nft", "list", "ruleset"])
}

/// An instant inside each span of time in which both filters and the policy mean the same.
fn instants(filters: [&Filter; 2]) -> BTreeSet<u64> {
    let epochs = region().net.epochs.iter().filter_map(|epoch| u64::try_from(epoch.instant()).ok());
    epochs.chain(filters.into_iter().flat_map(meaning::time_cuts)).chain([0]).collect()
}

/// Hooks and instants at which two filters differ, with a packet that tells them apart.
fn differences(file: &Filter, listed: &Filter, interfaces: &Interfaces) -> String {
    let space = &mut Space::new(Limits::default());
    let mut told = String::new();
    for now in instants([file, listed]) {
        for hook in HOOKS {
            let all = meaning::arriving(space, interfaces, hook).expect("within budget");
            let mut passing =
                |filter| meaning::pass(space, filter, interfaces, hook, all, now).expect("closed").accepted;
            let (a, b) = (passing(file), passing(listed));
            let mut moved = |filter| meaning::translate(space, filter, interfaces, hook, all, now).expect("closed");
            let (c, d) = (moved(file), moved(listed));
            for (what, a, b) in [("passes", a, b), ("becomes", c, d)] {
                for (side, one, other) in [("file", a, b), ("listing", b, a)] {
                    let only = space.minus(one, other).expect("within budget");
                    if let Some(packet) = space.witness(only) {
                        writeln!(told, "{hook:?} at {now}: only by the {side} {what} {packet}").expect("text");
                    }
                }
            }
        }
    }
    told
}

#[test]
fn every_ruleset_loads_twice_and_the_kernel_lists_what_the_file_means() {
    let gateways = region().gateways();
    assert_eq!(gateways.len(), 12, "two centres and ten establishments");
    for gateway in gateways {
        let netns = Netns::new("list");
        netns.nft(gateway.nft());
        let first = listing(&netns);
        netns.nft(gateway.nft());
        assert_eq!(first, listing(&netns), "{}: the second load lists otherwise", gateway.path);
        let listed = read(&first, Form::Listing);
        let interfaces = interfaces(&gateway);
        assert_eq!(differences(gateway.filter(), &listed, &interfaces), "", "{}", gateway.path);
    }
}

/// The numbers of a gateway's interfaces, with the addresses that masquerading would take.
pub(crate) fn interfaces(gateway: &super::region::Written) -> Interfaces {
    let names = intent::interfaces(&region().net, gateway.site);
    let numbers = Interfaces::new(names).covering(gateway.filter());
    let host = gateway.bundle.host.as_ref().expect("a gateway has host files");
    host.links.iter().fold(numbers, |all, link| {
        all.with_addresses(&link.name, link.addresses.iter().map(ipnet::IpNet::addr).collect())
    })
}

#[test]
fn a_listing_with_one_port_changed_is_told_apart() {
    let gateway = region().gateway("0000001B");
    let mutant = gateway.nft().replacen("tcp dport 3128 counter accept", "tcp dport 3129 counter accept", 1);
    assert_ne!(mutant, gateway.nft());
    let netns = Netns::new("list");
    netns.nft(&mutant);
    let listed = read(&listing(&netns), Form::Listing);
    assert_ne!(differences(gateway.filter(), &listed, &interfaces(&gateway)), "");
}
