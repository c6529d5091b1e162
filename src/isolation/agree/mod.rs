//! What was read back, against what was intended: exactly equal, or the first difference.
//!
//! One file a part of a device. Each takes the intent and what was read; each difference is a finding on the line of
//! the generated text, with the nearest line of the policy beside it.

mod differences;
mod filter;
mod host;
mod lan;
mod time;
mod tunnel;
mod web;

pub(super) use filter::{Passing, ReadFilter, crossing, filter, passing};
pub(super) use time::time_cuts;

use super::readback::ReadDevice;
use crate::diagnostics::{Sink, Sources};
use crate::intent;
use crate::network::{End, Network, Role};

/// Everything but the packet filter, device by device.
pub(super) fn rest(net: &Network, devices: &[ReadDevice], sources: &Sources, sink: &mut Sink) {
    for device in devices {
        match device.role {
            Role::Gateway => {
                host::host(net, device, &intent::host(net, device.site), sources, sink);
                tunnel::tunnel(net, device, &intent::tunnels(net, device.site), sources, sink);
                let here = net.proxies.iter().filter(|p| p.site == device.site && matches!(p.place, End::Process(_)));
                let wanted: Vec<_> = here.map(|p| intent::web(net, p)).collect();
                web::web(net, device, &wanted, sources, sink);
                lan::lan(net, device.site, devices, &intent::lan(net, device.site), sources, sink);
            }
            Role::Proxy(index) => {
                web::web(net, device, &[intent::web(net, &net.proxies[index])], sources, sink);
            }
            Role::Switch(_) => {}
        }
    }
}
