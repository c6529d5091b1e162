//! Blocks of establishments: parts of the plan, each somebody's alone.

use ipnet::{IpNet, Ipv6Net};

use super::{Facts, Row, overlaps};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink};
use crate::policy::Establishment;

/// The fourth group of an IPv6 address holds the VLAN, so a block may not reach into it.
const LONGEST6: u8 = 48;

/// Every block of both families.
pub(super) fn check(facts: &Facts, sink: &mut Sink) {
    let mut taken: Vec<Row> = Vec::new();
    for school in facts.policy.establishments.values() {
        let uai = &school.uai.value;
        in_plan4(facts, school, sink);
        taken.push((IpNet::V4(school.block.value), school.block.span, format!("block of `{uai}`")));
        if let Some(block) = school.block6.value {
            in_plan6(facts, At::new(block, school.block6.span), sink);
            taken.push((IpNet::V6(block), school.block6.span, format!("IPv6 block of `{uai}`")));
        }
    }
    overlaps(taken, "give one of them another place in the plan", sink);
}

fn in_plan4(facts: &Facts, school: &Establishment, sink: &mut Sink) {
    let (plan, block) = (facts.policy.region.plan4, school.block);
    if !plan.contains(&block.value) {
        let says = format!("block {} is not in the plan {}", block.value, plan.value);
        sink.push(
            Diagnostic::new(&codes::BLOCK_OUTSIDE_PLAN, block.span, says)
                .other(plan.span, "the plan")
                .help(format!("choose a free part of {}", plan.value)),
        );
    }
}

fn in_plan6(facts: &Facts, block: At<Ipv6Net>, sink: &mut Sink) {
    let plan = facts.policy.region.plan6;
    if !plan.contains(&block.value) || block.prefix_len() > LONGEST6 {
        let says = format!("block {} is not a /48 or wider part of the plan {}", block.value, plan.value);
        sink.push(
            Diagnostic::new(&codes::BLOCK_OUTSIDE_PLAN, block.span, says)
                .other(plan.span, "the plan")
                .help("VLAN numbers are written in the fourth group of the address, so the block may not use it"),
        );
    }
}
