//! Ways to the Internet beside the proxies, and what proxies ask inside.

use ipnet::IpNet;

use super::facts::{Facts, Opening};
use super::ports::{DIRECTORY, DNS, WEB};
use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{At, Diagnostic};
use crate::network::model::End;
use crate::policy::Auth;

/// The longest prefixes that are still narrow, of IPv4 and of IPv6.
const NARROW: (u8, u8) = (24, 48);

/// Web past any proxy, from what T3 says nothing of.
pub(super) fn direct_web(facts: &Facts) -> Vec<Diagnostic> {
    let direct = beside_proxies(facts).filter(|o| !is_filtered(facts, &o.from.value));
    direct
        .filter_map(|o| Some((o, o.on(WEB)?)))
        .map(|(opening, service)| {
            Diagnostic::new(&codes::DIRECT_WEB, opening.to.span, "this reaches the web past any proxy")
                .other(service, "web")
                .help("let it ask a proxy; or fetch what it needs by a relay")
        })
        .collect()
}

fn beside_proxies<'f>(facts: &'f Facts) -> impl Iterator<Item = &'f Opening<'f>> {
    let outside = facts.openings.iter().filter(|o| matches!(o.to.value, End::Internet(_)));
    outside.filter(|o| !facts.is_proxy(&o.from.value))
}

/// A zone whose class has a filter: T3 decides.
fn is_filtered(facts: &Facts, end: &End) -> bool {
    let End::Zone(zone) = end else { return false };
    let class = facts.net.zone(*zone).class.as_ref();
    class.is_some_and(|c| facts.net.security.web.iter().any(|line| line.classes.contains(c)))
}

/// More than a /24 of the Internet, or a domain of an establishment's own list that anybody may publish under.
pub(super) fn wide_exception(facts: &Facts) -> Vec<Diagnostic> {
    let direct = beside_proxies(facts).filter(|o| !is_name_service(facts, o) && is_wide(&o.to.value));
    let flows = direct.map(|o| {
        Diagnostic::new(&codes::WIDE_EXCEPTION, o.to.span, "this opens more of the Internet than one service needs")
            .help("name the prefixes of the service, none wider than a /24 (IPv6: /48)")
    });
    let lists = facts.policy.delegated.values().flat_map(|d| d.web.values()).flat_map(|l| &l.allow);
    flows.chain(lists.filter(|d| is_shared(&d.value)).map(shared)).collect()
}

/// Who resolves names for proxies asks any name server.
fn is_name_service(facts: &Facts, opening: &Opening) -> bool {
    facts.is_resolver(&opening.from.value) && opening.all().iter().all(|item| DNS.contains(item))
}

fn is_wide(end: &End) -> bool {
    let End::Internet(nets) = end else { return false };
    let wide = |net: &IpNet| match net {
        IpNet::V4(n) => n.prefix_len() < NARROW.0,
        IpNet::V6(n) => n.prefix_len() < NARROW.1,
    };
    nets.is_empty() || nets.iter().any(wide)
}

/// A domain under which registries and hosts give names to anybody (Public Suffix List), or one that says itself that it
/// delivers the contents of others.
fn is_shared(domain: &str) -> bool {
    let delivers = |label: &str| label.split('-').any(|word| word.eq_ignore_ascii_case("cdn"));
    let domain = domain.to_ascii_lowercase();
    psl::suffix_str(&domain) == Some(&domain) || domain.split('.').any(delivers)
}

fn shared(domain: &At<String>) -> Diagnostic {
    let says = format!("anybody may publish under `{}`", domain.value);
    Diagnostic::new(&codes::WIDE_EXCEPTION, domain.span, says).help("name the one host that is needed")
}

/// A published service that asks less of who comes from outside than remote access does.
pub(super) fn weak_remote_access(facts: &Facts) -> Vec<Diagnostic> {
    let weak = facts.lines().filter_map(|flow| flow.auth).filter(|auth| !auth.is_strong());
    weak.map(|auth| {
        let says = match auth.value {
            Auth::None => "anybody on the Internet may use this service".to_owned(),
            other => format!("whoever learns a secret may use this service from the Internet: `{}`", other.word()),
        };
        Diagnostic::new(&codes::WEAK_REMOTE_ACCESS, auth.span, says)
            .help("ask for `otp` or `certificate`; or accept it with the reason, as for a page that is for everybody")
    })
    .collect()
}

/// A proxy that opens to a directory.
pub(super) fn directory_asked(facts: &Facts) -> Vec<Diagnostic> {
    let inside =
        facts.openings.iter().filter(|o| facts.is_proxy(&o.from.value) && !matches!(o.to.value, End::Internet(_)));
    inside
        .filter_map(|o| Some((o, o.on(DIRECTORY)?)))
        .map(|(opening, service)| {
            Diagnostic::new(&codes::DIRECTORY_ASKED, service, "a proxy would ask the internal directory")
                .other(opening.from.span, "a proxy")
                .help("give it a read-only copy in a zone of its own, or a relay that breaks the protocol")
        })
        .collect()
}
