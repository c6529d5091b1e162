//! Each variant with the case that refuses it and the case beside it that is proved.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::{Case, Document};
use crate::markdown;
use crate::workspace::text;

/// Variant, title of the refusal, title of the nearest case that is accepted.
pub(crate) const VARIANTS: &[(&str, &str, &str)] = &[
    (
        "a trunk whose native VLAN is the administrative one",
        "a trunk whose untagged frames belong to the administration",
        "an access port of the administration is of the administration",
    ),
    (
        "a port that fell out of its link (LACP)",
        "a planted port that is left out of its link",
        "several cables between two switches are one link",
    ),
    (
        "a link with a cable more at one end",
        "a link has as many ports at one end as at the other",
        "several cables between two switches are one link",
    ),
    (
        "a Cisco port joined without LACP",
        "a planted port that is joined by no protocol",
        "a link of two cables between switches of two makes",
    ),
    (
        "a selector that covers both sides",
        "an old tunnel from its establishment's whole block",
        "an old tunnel that claims one far range that is nobody else's",
    ),
    (
        "a rule of the centre from school to school",
        "a permit from school to school in the centre's rules",
        "a permit that the map makes anyway changes nothing",
    ),
    (
        "a flow of the centre from school to school",
        "a permit from school to school in the centre's file",
        "a waiver inside one establishment",
    ),
    (
        "a centre zone that receives from schools and opens to them",
        "the same with the security officer's leave is still a path from one to the other",
        "a zone of the centre that receives from nobody may push",
    ),
    (
        "a machine with two feet",
        "a machine with one foot in the administration and one in pedagogy",
        "two machines, one in each zone",
    ),
    (
        "a proxy of the gateway that reaches inside",
        "the pupils' proxy on the gateway opens to the administration",
        "a private range goes to the proxy of its gateway",
    ),
    (
        "a broad permit before an isolation deny",
        "a broad permit before what refuses it",
        "a permit that the map makes anyway changes nothing",
    ),
    ("IPv6 without filters", "the IPv6 half of a guard is lost", "the project's own policies are proved"),
    (
        "IPv6 forwarded where there is none",
        "IPv6 forwarding where there is no IPv6",
        "the project's own policies are proved",
    ),
    (
        "a switch that routes behind the gateway's back",
        "a switch that routes pedagogy to management behind the gateway's back",
        "an access port of the administration is of the administration",
    ),
    (
        "one school's certificate for another's tunnel",
        "one school's certificate opens another's tunnel",
        "the project's own policies are proved",
    ),
    (
        "one proxy reaches the other by the loopback",
        "a proxy that reaches the other one by the loopback",
        "the project's own policies are proved",
    ),
    (
        "a meeting zone that opens to somebody",
        "a meeting zone that opens to administrative servers is a bridge",
        "a server of the administration may open to the meeting zone",
    ),
    (
        "a relay that is not declared",
        "a meeting zone that opens to administrative servers is a bridge",
        "a declared relay that breaks the protocol is told as such, not as a leak",
    ),
    ("a waiver past its dates", "a waiver's flow that ends a day late", "a waiver inside one establishment"),
    ("a waiver that covers less", "a waiver's flow on one port more", "a waiver inside one establishment"),
    (
        "a theorem that quantifies over nothing",
        "an establishment without an administrative zone proves nothing by its absence",
        "an establishment that says so is taken at its word",
    ),
    (
        "an answer that nobody has",
        "a budget of nodes that is too small proves nothing",
        "the project's own policies are proved",
    ),
    (
        "a flow without a link",
        "a flow between sites without a link could only cross in clear",
        "a link that no flow uses is only a tunnel less",
    ),
    (
        "a meeting place that is not declared",
        "a zone of the centre that several establishments open to is a meeting place, and is said to be one",
        "the security policy may declare another meeting place",
    ),
    (
        "pupils in the administration's zone of the centre",
        "a zone of the centre is open to those it is for",
        "a class that a second line of `meet` names comes too, and what both open to is shared",
    ),
    (
        "pupils in the administration's zone of the centre, by another one",
        "who comes to a zone of the centre goes on to what it opens to",
        "a line of `meet` may name the zone that others come through",
    ),
    (
        "both sides of one establishment in an undeclared zone",
        "both sides of one establishment in an undeclared zone of the centre meet there",
        "both sides meet in a zone of the centre where the security policy names both",
    ),
    (
        "a pivot onto a laxer filter",
        "examinations that pivot onto the pupils' filter",
        "examinations that open to printers, which ask no proxy",
    ),
    (
        "the example of the design",
        "an establishment's own file opens the staff's wireless to administrative servers",
        "the staff's wireless may open to the meeting zone, which opens to nobody",
    ),
    (
        "an access point among the administration",
        "an access point managed in the administration",
        "an access point managed among devices",
    ),
    (
        "two schools with a tunnel to one supplier",
        "two establishments with an old tunnel to one peer meet at its far end",
        "two establishments with old tunnels to two peers do not meet",
    ),
    (
        "IPv6 selectors of an old tunnel",
        "an old tunnel carries no IPv6 over a WAN that has none",
        "an old tunnel between two IPv4 prefixes",
    ),
    (
        "an old tunnel over the establishment's own ranges",
        "an old tunnel whose far side holds a private range of its own side",
        "an old tunnel whose far side is beside the establishment's private ranges",
    ),
    (
        "a waiver and a relay",
        "a waiver towards a declared relay does not cover what the relay opens",
        "a declared relay without a waiver before it",
    ),
    (
        "two waivers on one path",
        "two waivers one after the other are a path that neither covers",
        "two waivers that do not meet are two flows",
    ),
    ("a flow that outlives its waiver", "a flow on the day after the waiver's last", "a flow on the waiver's last day"),
    ("a flow before its waiver", "a flow on the day before the waiver's first", "a flow on the waiver's first day"),
    (
        "a publication to the Internet",
        "a planted publication that the Internet may open to",
        "the project's own policies are proved",
    ),
    (
        "a zone that asks supervision addresses",
        "a zone that asks supervision addresses starts like any other",
        "another zone may be declared to ask supervision addresses",
    ),
    (
        "an exit of two senders",
        "a zone whose public address is also that of another sender",
        "a zone with a public address of its own",
    ),
    (
        "a Cisco trunk whose native VLAN is the administrative one",
        "a planted Cisco trunk whose native VLAN is the administration's",
        "a Cisco switch behind an Aruba one",
    ),
    (
        "a Cisco trunk without a list of VLANs",
        "a planted Cisco trunk without a list of VLANs",
        "a planted Cisco trunk whose list is printed on two lines",
    ),
    (
        "a Cisco port in dynamic mode",
        "a planted Cisco port that becomes a trunk when its neighbour asks",
        "a Cisco switch behind an Aruba one",
    ),
    (
        "a Cisco switch that routes behind the gateway's back",
        "a Cisco switch that routes behind the gateway's back",
        "a Cisco access port of the administration, said by hand",
    ),
    ("a voice VLAN in another zone", "a planted voice VLAN of another zone", "a Cisco switch behind an Aruba one"),
    ("a Cisco port that is not shut", "a planted Cisco port that is not shut", "a Cisco switch behind an Aruba one"),
    (
        "VLANs by VTP",
        "a planted Cisco switch that takes VLANs from its neighbours",
        "a planted Cisco switch that speaks no VTP at all",
    ),
    (
        "a class that nobody separates",
        "a class that no line of `isolate` names",
        "the class of meeting zones is on no side",
    ),
];

/// Variants without a case that refuses them, or without a neighbour that is proved.
pub(crate) fn problems(root: &Path) -> Vec<String> {
    let cases = cases(root);
    let lacks = |(variant, refused, accepted): &(&str, &str, &str)| {
        let is_refused = cases.get(*refused).is_some_and(|case| !case.is_ok());
        let is_accepted = cases.get(*accepted).is_some_and(Case::is_ok);
        (!is_refused || !is_accepted).then(|| format!("{variant}: refused {is_refused}, accepted {is_accepted}"))
    };
    VARIANTS.iter().filter_map(lacks).chain(fixtures(&cases)).collect()
}

/// How many things every school's network has had once: the numbers of `isolation/fixtures.md`.
const FIXTURES: usize = 17;

/// Fixtures without a case that refuses them, or without a look-alike that is proved.
fn fixtures(cases: &BTreeMap<String, Case>) -> Vec<String> {
    let has = |begins: String, is_ok: bool| {
        cases.iter().any(|(title, case)| title.starts_with(&begins) && case.is_ok() == is_ok)
    };
    let is_whole =
        |number: &usize| has(format!("fixture {number}:"), false) && has(format!("beside fixture {number}:"), true);
    (1..=FIXTURES)
        .filter(|n| !is_whole(n))
        .map(|n| format!("fixture {n} is not refused, or has no look-alike"))
        .collect()
}

/// Every case of the two topics, by title.
pub(crate) fn cases(root: &Path) -> BTreeMap<String, Case> {
    let mut all = BTreeMap::new();
    for path in ["network", "isolation"].iter().flat_map(|topic| markdown(&root.join(topic))) {
        let document = Document::parse(&text(&path));
        all.extend(document.cases.into_iter().map(|case| (case.title.clone(), case)));
    }
    all
}
