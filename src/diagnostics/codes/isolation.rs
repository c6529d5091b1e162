//! Codes of the proof.

super::codes! {
    ADMIN_PEDAGOGIC = Error "isolation/admin-pedagogic" {
        says: "an administrative zone and a pedagogic, open or examination zone of one establishment have a path between them",
        wrong: "- allow: wifi_staff -> admin_servers on https",
        right: "- allow: wifi_staff -> dmz on https            # a meeting zone that opens to nobody",
        basis: "T1 (convention, annexe 0 §I.B); PSSIE RES-CLOIS",
    }
    BETWEEN_ESTABLISHMENTS = Error "isolation/between-establishments" {
        says: "something in one establishment can reach into another one, directly, through the centre, the academy or the Internet",
        wrong: "- allow: csm.pedago -> pedago_servers on https     # pupils of every school open to csm.pedago",
        right: "- allow: pedago_servers -> csm.pedago on https     # the school pulls",
        basis: "T2 (convention, annexe 0 §I.B); PSSIE RES-INTERCOGEO",
    }
    DIFFERS = Error "isolation/differs" {
        says: "a generated text that does not mean what the policy intends: a template, a hand edit or this program is wrong, and nothing is written",
        wrong: "ip saddr @inside4 drop                        # the template lost `rt ipsec missing`",
        right: "ip saddr @inside4 rt ipsec missing drop",
        basis: "DESIGN: translation validation",
    }
    SPOOFED = Error "isolation/spoofed" {
        says: "a gateway takes a source address from a side that does not own it",
        wrong: "iifname != \"eth0\" accept",
        right: "iifname . ip saddr @sources4 return",
        basis: "T8; BCP 38 (RFC 2827)",
    }
    TECHNICAL_PEDAGOGIC = Error "isolation/technical-pedagogic" {
        says: "a technical or management zone and a pedagogic, open or examination zone of one establishment have a path between them",
        wrong: "brownfield:\n  switches: { sw-1: { routes: [pedago, mgmt] } }      # behind the firewall",
        right: "- allow: csm.bastion -> mgmt on admin_ssh",
        basis: "T1 (convention, annexe 0 §I.B); PSSIE EXP-SEC-FLUXADMIN",
    }
    UNDECLARED_START = Error "isolation/undeclared-start" {
        says: "a centre zone opens towards establishments and the security policy does not say that it may",
        wrong: "- allow: csm.pedago -> pedago_servers on https     # security.yaml: may_start has no csm.pedago",
        right: "may_start:\n  - csm.vendor -> technical",
        basis: "T2 (convention, annexe 0 §I.B)",
    }
    UNKNOWN = Error "isolation/unknown" {
        says: "not decided: packet sets grew past their budget, or a text has no meaning in the model; never read as proved",
        wrong: "a ruleset of scattered wildcards past the node budget",
        right: "the same flows with prefixes of the plan",
        basis: "DESIGN §2",
    }
    VACUOUS = Error "isolation/vacuous" {
        says: "a theorem that would quantify over nothing, so that its proof would say nothing",
        wrong: "profile without any administrative zone",
        right: "has_no: [administrative]",
        basis: "DESIGN §2",
    }
}
