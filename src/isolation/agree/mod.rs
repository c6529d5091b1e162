//! What was read back, against what was intended: exactly equal, or the first difference.
//!
//! One file a part of a device. Each takes the intent and what was read; each difference is a finding on the line of
//! the generated text, with the nearest line of the policy beside it.

mod differences;
mod filter;
mod host;
mod lan;
mod pac;
mod service;
mod time;
mod tunnel;
mod web;

pub(super) use filter::{Passing, ReadFilter, crossing, filter, passing};
pub(super) use time::time_cuts;

use rayon::prelude::*;

use super::readback::{ReadDevice, at_site};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Diagnostic, Sink, Sources};
use crate::intent;
use crate::network::{End, Network, Proxy, Role};

/// Everything but the packet filter, device by device.
pub(super) fn rest(net: &Network, devices: &[ReadDevice], sources: &Sources, sink: &mut Sink) {
    complete(net, devices, sink);
    let of_one = |device: &ReadDevice| one(net, device, at_site(devices, device.site), sources);
    let found: Vec<Sink> = devices.par_iter().map(of_one).collect();
    found.into_iter().for_each(|found| sink.append(found));
}

/// One device, with those of its site beside it.
fn one(net: &Network, device: &ReadDevice, beside: &[ReadDevice], sources: &Sources) -> Sink {
    let mut sink = Sink::default();
    only_its_own(net, device, &mut sink);
    match device.role {
        Role::Gateway => {
            host::host(net, device, &intent::host(net, device.site), sources, &mut sink);
            tunnel::tunnel(net, device, &intent::tunnels(net, device.site), sources, &mut sink);
            let here: Vec<_> = intent::local_proxies(net, device.site).collect();
            proxies(net, device, &here, sources, &mut sink);
            lan::lan(net, device.site, beside, &intent::lan(net, device.site), sources, &mut sink);
        }
        Role::Proxy(index) => {
            proxies(net, device, &[&net.proxies[index]], sources, &mut sink);
        }
        Role::Switch(_) => {}
        Role::Pac => pac::pac(net, device, &intent::pac(net, device.site), sources, &mut sink),
    }
    sink
}

/// The proxies of a device: what each decides, and the unit that starts it.
fn proxies(net: &Network, device: &ReadDevice, here: &[&Proxy], sources: &Sources, sink: &mut Sink) {
    let wanted: Vec<_> = here.iter().map(|p| intent::web(net, p)).collect();
    web::web(net, device, &wanted, sources, sink);
    let wanted: Vec<_> = here.iter().map(|p| intent::service(p)).collect();
    service::services(net, device, &wanted, sources, sink);
}

/// Every gateway, switch, proxy machine and set of browser settings once, and nothing else.
fn complete(net: &Network, devices: &[ReadDevice], sink: &mut Sink) {
    for (id, site) in net.site_ids() {
        let machines = net.proxies_of(id).filter(|(_, p)| matches!(p.place, End::Host(_)));
        let mut wanted = vec![Role::Gateway];
        wanted.extend(machines.map(|(n, _)| Role::Proxy(n.index())));
        wanted.extend((0..site.switches.len()).map(Role::Switch));
        wanted.extend(site.pac.iter().map(|_| Role::Pac));
        let mut got: Vec<Role> = at_site(devices, id).iter().map(|d| d.role).collect();
        got.sort_unstable();
        wanted.sort_unstable();
        if got != wanted {
            let says = format!(
                "the devices of `{}` are not those that were written: {} for {}",
                site.name,
                got.len(),
                wanted.len()
            );
            sink.push(
                Diagnostic::new(&codes::DIFFERS, site.span, says).help("this program is wrong: nothing is written"),
            );
        }
    }
}

/// A switch has no packet filter, a proxy's machine no tunnel, browsers nothing but their settings: what nobody compares
/// must not be written.
fn only_its_own(net: &Network, device: &ReadDevice, sink: &mut Sink) {
    let bundle = &device.bundle;
    let gateway = bundle.host.is_some() || bundle.filter.is_some() || !bundle.tunnels.is_empty();
    let (web, lan) = (!bundle.web.is_empty() || !bundle.services.is_empty(), bundle.lan.is_some());
    let browsers = !bundle.pac.is_empty();
    let foreign = match device.role {
        Role::Gateway => lan || browsers,
        Role::Proxy(_) => gateway || lan || browsers,
        Role::Switch(_) => gateway || web || browsers,
        Role::Pac => gateway || web || lan,
    };
    if foreign {
        let says = format!("`{}` holds files that its kind of device does not have", device.path);
        sink.push(Diagnostic::new(&codes::DIFFERS, net.site(device.site).span, says).help("nothing is written"));
    }
}
