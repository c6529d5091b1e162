//! From the network to what each device does.
//!
//! Takes a [`Network`]; gives one [`Bundle`] a device. Knows what an expert would configure; knows no vendor's
//! syntax and proves nothing. It is not trusted: what it makes is rendered, read back and compared with `intent`.

mod filter;
mod host;
mod pac;
mod permits;
mod rules;
mod service;
mod switch;
mod targets;
mod tunnel;
mod web;

use crate::config::Bundle;
use crate::diagnostics::{At, Sink};
use crate::network::Name;
use crate::network::{End, Network, Pac, Proxy, Role, SiteId};

/// A device to configure.
#[derive(Debug, Clone)]
pub struct Device {
    /// Directory of its files below the output: `0000001B/gateway`.
    pub path: String,
    /// Its site.
    pub site: SiteId,
    /// What it is.
    pub role: Role,
    /// Its target descriptor, with the place that names it.
    pub target: At<Name>,
    /// What it does.
    pub bundle: Bundle,
}

/// Facts about targets and their models, which only descriptors know.
pub trait Models {
    /// Names of the targets that a device of a role can have.
    fn targets(&self, role: Role) -> Vec<&str>;
    /// Names of the models of a target.
    fn models(&self, target: &Name) -> Vec<&str>;
    /// Number of ports of a model, None when the target does not know it.
    fn ports(&self, target: &Name, model: &Name) -> Option<u16>;

    /// Whether the target can limit how many stations speak on a port.
    fn limits_stations(&self, target: &Name) -> bool;
}

/// Every device of the sites that are wanted, site by site.
pub fn compile(net: &Network, wanted: &dyn Fn(SiteId) -> bool, models: &dyn Models, sink: &mut Sink) -> Vec<Device> {
    targets::check(net, models, sink);
    let mut devices = Vec::new();
    for (site, place) in net.site_ids().filter(|(site, _)| wanted(*site)) {
        devices.push(gateway(net, site));
        for (id, proxy) in net.proxies_of(site) {
            if matches!(proxy.place, End::Host(_)) {
                devices.push(machine(net, site, id.index(), proxy));
            }
        }
        for (index, switch) in place.switches.iter().enumerate() {
            let Some(lan) = switch::table(net, site, index, models, sink) else { continue };
            devices.push(Device {
                path: format!("{}/{}", place.name, switch.name),
                site,
                role: Role::Switch(index),
                target: switch.target.clone(),
                bundle: Bundle { lan: Some(lan), ..Bundle::default() },
            });
        }
        devices.extend(place.pac.as_ref().map(|pac| browsers(net, site, pac)));
    }
    devices
}

/// A proxy on a machine of its own.
fn machine(net: &Network, site: SiteId, index: usize, proxy: &Proxy) -> Device {
    let web = web::proxy(net, proxy);
    Device {
        path: format!("{}/proxy-{}", net.site(site).name, proxy.name),
        site,
        role: Role::Proxy(index),
        target: proxy.target.clone(),
        bundle: Bundle { services: vec![service::proxy(&web, false)], web: vec![web], ..Bundle::default() },
    }
}

/// What browsers of a site are told; no device, but files that somebody serves.
fn browsers(net: &Network, site: SiteId, declared: &Pac) -> Device {
    Device {
        path: format!("{}/pac", net.site(site).name),
        site,
        role: Role::Pac,
        target: declared.target.clone(),
        bundle: Bundle { pac: pac::files(net, site), ..Bundle::default() },
    }
}

fn gateway(net: &Network, site: SiteId) -> Device {
    let place = net.site(site);
    let local = net.proxies_of(site).filter(|(_, p)| matches!(p.place, End::Process(_)));
    let web: Vec<_> = local.map(|(_, p)| web::proxy(net, p)).collect();
    let bundle = Bundle {
        filter: Some(filter::ruleset(net, site)),
        tunnels: tunnel::tunnels(net, site),
        host: Some(host::facts(net, site, &web)),
        lan: None,
        services: web.iter().map(|w| service::proxy(w, true)).collect(),
        web,
        pac: Vec::new(),
    };
    Device {
        path: format!("{}/gateway", place.name),
        site,
        role: Role::Gateway,
        target: place.gateway.target.clone(),
        bundle,
    }
}
