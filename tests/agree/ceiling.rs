//! T7: what an establishment's own file adds stays below what the others wrote.

use etanche::isolation::{Method, prove};
use etanche::network::{End, Network};
use etanche::pipeline::{Options, Run, run};

use crate::workspace;

/// The codes of what the proof says when the ceiling is made lower than it is.
fn told_below(lower: impl Fn(&mut Network)) -> Vec<&'static str> {
    let mut run: Run = run(&workspace(), Options::default());
    let mut net = run.network.take().expect("a network");
    let outputs = run.texts().to_vec();
    lower(net.ceiling.as_mut().expect("an establishment has a file of its own"));
    match prove(outputs, &net, &mut run.sources, Method::default()) {
        Ok(_) => Vec::new(),
        Err(refusal) => refusal.found.iter().map(|d| d.code.name).collect(),
    }
}

#[test]
fn a_file_that_only_withdraws_stays_below() {
    assert_eq!(told_below(|_| {}), Vec::<&str>::new());
}

#[test]
fn a_flow_that_only_the_establishment_has_is_beyond() {
    let told = told_below(|ceiling| {
        let of_school = |e: &End| matches!(e, End::Zone(z) if ceiling.zone_label(*z) == "0000001B.wifi_staff");
        let doomed: Vec<bool> = ceiling.flows.iter().map(|f| of_school(&f.from)).collect();
        let mut doomed = doomed.into_iter();
        ceiling.flows.retain(|_| !doomed.next().unwrap_or(false));
    });
    assert_eq!(told, ["isolation/beyond-ceiling"]);
}

#[test]
fn an_address_that_nothing_else_gives_is_beyond() {
    let told = told_below(|ceiling| {
        let other = "203.0.113.99".parse().expect("an address");
        let given = ceiling.flows.iter_mut().flat_map(|flow| &mut flow.legs).filter_map(|leg| leg.translated.as_mut());
        given.for_each(|address| *address = other);
    });
    assert_eq!(told, ["isolation/beyond-ceiling"]);
}
