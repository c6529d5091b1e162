//! Blocks of establishments: parts of the plan, each somebody's alone.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Facts, Row, overlaps};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink};
use crate::policy::Block;

/// The fourth group of an IPv6 address holds the VLAN, so a block may not reach into it.
const LONGEST6: u8 = 48;

/// Every block of both families.
pub(super) fn check(facts: &Facts, sink: &mut Sink) {
    let mut taken: Vec<Row> = Vec::new();
    for Block { uai, v4, v6 } in facts.policy.blocks() {
        in_plan4(facts, v4, sink);
        taken.push((IpNet::V4(v4.value), v4.span, format!("block of `{uai}`")));
        if let Some(block) = v6.value {
            in_plan6(facts, At::new(block, v6.span), sink);
            taken.push((IpNet::V6(block), v6.span, format!("IPv6 block of `{uai}`")));
        }
    }
    overlaps(taken, "give one of them another place in the plan", sink);
}

fn in_plan4(facts: &Facts, block: At<Ipv4Net>, sink: &mut Sink) {
    let plan = facts.policy.region.plan4;
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
