//! Where proxies listen: each on one TCP port, which is that of every flow to it, and no two at one place.

use super::model::{End, Flow, Network, Proxy};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::policy::{self, L4};

/// The port of a proxy that nobody asks (IANA: squid).
const USUAL: u16 = 3128;

/// The one port that all flows to a proxy name.
pub(super) fn port(net: &Network, proxy: &policy::Proxy, asking: &[&Flow], sink: &mut Sink) -> u16 {
    let ports = asking.iter().flat_map(|flow| flow.services.iter().map(move |service| (flow, *service)));
    let mut found: Option<(u16, &Flow)> = None;
    for (flow, service) in ports {
        match (service, found) {
            (L4::Tcp(low, high), None) if low == high => found = Some((low, flow)),
            (L4::Tcp(low, high), Some((known, _))) if low == high && low == known => {}
            (_, first) => {
                sink.push(another(net, proxy, flow, first));
                break;
            }
        }
    }
    found.map_or(USUAL, |(port, _)| port)
}

fn another(net: &Network, proxy: &policy::Proxy, flow: &Flow, first: Option<(u16, &Flow)>) -> Diagnostic {
    let name = &proxy.name.value;
    let says = match first {
        Some((port, _)) => format!("proxy `{name}` would be asked on tcp/{port}, and on something else too"),
        None => format!("this flow asks proxy `{name}` on something else than one TCP port"),
    };
    let found = Diagnostic::new(&codes::PROXY_PORT, net.origin(flow.origin).span, says)
        .help("a proxy listens on one TCP port: write every flow to it on one service, such as `tcp/3128`");
    match first.filter(|(_, known)| known.origin != flow.origin) {
        Some((_, known)) => found.other(net.origin(known.origin).span, "asked on its port here"),
        None => found,
    }
}

/// Two processes of a gateway that would listen at one address and port.
pub(super) fn apart(net: &Network, sink: &mut Sink) {
    let local: Vec<&Proxy> = net.proxies.iter().filter(|p| matches!(p.place, End::Process(_))).collect();
    for (number, second) in local.iter().enumerate() {
        let clash =
            |first: &&&Proxy| first.site == second.site && first.port == second.port && first.listen == second.listen;
        if let Some(first) = local[..number].iter().find(clash) {
            let says = format!("`{}` and `{}` would listen on one address and port", first.name, second.name);
            sink.push(
                Diagnostic::new(&codes::PROXY_PORT, second.span, says)
                    .other(first.span, "the first one")
                    .help("let one of them listen in another zone, or be asked on another port"),
            );
        }
    }
}
