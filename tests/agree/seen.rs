//! A machine of a private zone that other sites see by another address: what is written translates it both ways, and
//! nothing else; every small edit of that is told on its line.

use etanche::diagnostics::Severity;
use etanche::pipeline::Workspace;

use crate::{said, tampered, workspace_with};

const SCHOOL: &str = "0000002C/gateway/etanche.nft";
const CENTRE: &str = "csm/gateway/etanche.nft";
const DIFFERS: &str = "isolation/differs";

/// A machine that asks the centre and that the centre asks.
const MACHINE: &str = "hosts:
  cdi: { in: [pedago], ipv4: 172.17.4.10, seen_as: 10.128.34.10 }
flows:
  - allow: cdi -> csm.pedago on https
    because: catalogue commun
  - allow: csm.vendor -> cdi on https
    because: entretien du serveur
";

fn seen() -> Workspace {
    let security = "policies/security.yaml";
    let mut workspace = workspace_with(security, "csm.vendor -> technical", "csm.vendor -> technical, pedagogic");
    let school = workspace.policy.iter_mut().find(|(path, _)| path.ends_with("establishments/0000002C.yaml"));
    school.expect("the establishment").1.push_str(MACHINE);
    workspace
}

/// A replacement in a generated text, and what must be said at the line that it makes; where it takes something away, at
/// the chain that lacks it.
struct Planted {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    at: &'static str,
    says: &'static str,
}

const PLANTED: &[Planted] = &[
    Planted {
        file: SCHOOL,
        from: "snat ip to 10.128.34.10",
        to: "snat ip to 10.128.34.11",
        at: "snat ip to 10.128.34.11",
        says: "takes an address that the policy gives to others (10.128.34.11)",
    },
    Planted {
        file: SCHOOL,
        from: "oifname \"xf-csm\" ip saddr 172.17.4.10 counter snat",
        to: "ip saddr 172.17.4.10 counter snat",
        at: "ip saddr 172.17.4.10 counter snat",
        says: "takes an address that the policy gives to others (10.128.34.10)",
    },
    Planted {
        file: SCHOOL,
        from: "ip saddr 172.17.4.10 counter snat",
        to: "ip saddr 172.17.4.0/24 ip daddr != 10.0.32.10 counter snat",
        at: "counter snat ip to 10.128.34.10",
        says: "does not take the address that the policy gives it (10.128.34.10)",
    },
    Planted {
        file: SCHOOL,
        from: "ip saddr 172.17.4.10 counter snat ip to 10.128.34.10",
        to: "ip saddr 172.17.4.10 counter",
        at: "chain exits",
        says: "no packet takes the address 10.128.34.10",
    },
    Planted {
        file: SCHOOL,
        from: "dnat ip to 172.17.4.10",
        to: "dnat ip to 172.17.4.11",
        at: "dnat ip to 172.17.4.11",
        says: "led to a machine that the policy does not lead it to (172.17.4.11)",
    },
    Planted {
        file: SCHOOL,
        from: "iifname \"xf-csm\" ip daddr 10.128.34.10 tcp dport 443 counter dnat",
        to: "ip daddr 10.128.34.10 tcp dport 443 counter dnat",
        at: "dnat ip to 172.17.4.10",
        says: "led to a machine that the policy does not lead it to (172.17.4.10)",
    },
    Planted {
        file: SCHOOL,
        from: "tcp dport 443 counter dnat ip to 172.17.4.10",
        to: "tcp dport 443 counter",
        at: "chain published",
        says: "no packet is led to 172.17.4.10",
    },
    Planted {
        file: CENTRE,
        from: "{ \"xf-0000002C\" . 10.128.34.10 }",
        to: "{ \"xf-0000002C\" . 10.128.34.10, \"xf-0000002C\" . 172.17.4.10 }",
        at: "@cdi_of_schools4",
        says: "the policy does not permit",
    },
];

#[test]
fn a_machine_that_other_sites_see_by_another_address_is_proved() {
    let run = tampered(&seen(), &[]);
    let mut found = run.sink.into_sorted();
    found.retain(|d| !d.code.name.starts_with("lint/"));
    assert!(run.proven.is_some() && found.is_empty(), "{}", said(&found, &run.sources));
}

#[test]
fn what_is_translated_otherwise_is_told_on_its_line() {
    let workspace = seen();
    for Planted { file, from, to, at, says } in PLANTED {
        let run = tampered(&workspace, &[(file, from, to)]);
        let found = run.sink.into_sorted();
        let is_it = |d: &&etanche::diagnostics::Diagnostic| {
            d.code.name == DIFFERS && d.severity == Severity::Error && d.message.contains(says)
        };
        let told = found.iter().find(is_it).unwrap_or_else(|| panic!("{to:?}: {}", said(&found, &run.sources)));
        let source = run.sources.get(told.span.source);
        let line = source.text.lines().nth(run.sources.line_column(told.span).0 - 1).unwrap_or_default();
        assert!(run.proven.is_none() && source.path == *file && line.contains(at), "{to:?}: at {line:?}");
    }
}
