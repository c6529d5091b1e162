//! Zones whose browsers are told of their proxies: each must have one.

use super::model::{End, Network, Pac, SiteId, ZoneId};
use super::scope::{Scopes, parts_of};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink};
use crate::policy::{self, Name, Policy};

/// Resolves `pac:` of every site; an establishment's or its profile's.
pub(super) fn resolve(policy: &Policy, scopes: &Scopes, net: &mut Network, sink: &mut Sink) {
    let sites: Vec<SiteId> = net.site_ids().map(|(id, _)| id).collect();
    for site in sites {
        let name = net.site(site).name.clone();
        let declared = parts_of(policy, &name).into_iter().find_map(|p| p.pac.as_ref());
        let Some(declared) = declared else { continue };
        let zones = declared.zones.iter().filter_map(|word| zone(scopes, net, site, word, sink)).collect();
        net.sites[site.index()].pac = Some(Pac { target: declared.target.clone(), zones, span: declared.span });
    }
}

fn zone(scopes: &Scopes, net: &Network, site: SiteId, word: &At<Name>, sink: &mut Sink) -> Option<ZoneId> {
    let Some(End::Zone(zone)) = scopes.end(site, &policy::End::Here(word.value.clone())) else { return None };
    if !net.opened_by(zone).any(|flow| net.proxy_at(&flow.to).is_some()) {
        let says = format!("`{}` opens to no proxy that its browsers could be told of", net.zone_label(zone));
        sink.push(
            Diagnostic::new(&codes::PAC_WITHOUT_PROXY, word.span, says)
                .help("take the zone away, or permit it a proxy: `- allow: ZONE -> csm.pupils on proxy`"),
        );
    }
    Some(zone)
}
