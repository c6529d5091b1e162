//! One URL: which proxies somebody may ask for it, and which rule of each decides, for a name in no category and in each.
//!
//! Categories are filled on the device, so that nobody here knows what is in one, and names resolve as somebody else likes:
//! each case is told by itself. Lists that are written here are looked up.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::ends::{self, Side};
use super::subject::Unknown;
use super::walk::Note;
use crate::config::WebFilter;
use crate::config::web::AclTest;
use crate::config::web_meaning::{Host, ListKey, Request, decide};
use crate::diagnostics::Sources;
use crate::isolation::ReadDevice;
use crate::network::{self, End, Network, Proxy, Role};

/// What is asked of a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    connect: bool,
    host: String,
    port: u16,
}

/// What a proxy does with a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filtered {
    /// `csm.pupils`.
    pub proxy: String,
    /// `CONNECT exemple.example:443 from 10.128.0.10`.
    pub request: String,
    /// One line for each rule that may decide.
    pub rules: Vec<Note>,
}

/// Reads a URL.
///
/// # Errors
/// When it is none that a proxy is asked for.
pub fn url(text: &str) -> Result<Url, Unknown> {
    let read = || {
        let (connect, rest) = text.strip_prefix("https://").map(|rest| (true, rest)).or_else(|| {
            let rest = text.strip_prefix("http://")?;
            Some((false, rest))
        })?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok().filter(|port| *port > 0)?),
            _ => (authority, if connect { 443 } else { 80 }),
        };
        let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        (!host.is_empty() && host.chars().all(is_host)).then(|| Url { connect, host: host.to_ascii_lowercase(), port })
    };
    read().ok_or_else(|| Unknown {
        message: format!("`{text}` is no URL that a proxy is asked for"),
        help: "write `https://exemple.example/`, `http://exemple.example:8080/` or `https://198.18.0.10/`".to_owned(),
    })
}

/// Proxies that the policy leads somebody to.
pub fn proxies_of<'n>(net: &'n Network, from: &End) -> Vec<&'n Proxy> {
    let leads =
        |proxy: &&Proxy| net.flows.iter().any(|flow| flow.to == proxy.place && ends::overlap(net, &flow.from, from));
    net.proxies.iter().filter(leads).collect()
}

/// What a proxy as it was read back does with a URL; None when it is not among the devices, or nobody has an address to ask
/// it from.
pub fn filtered(
    net: &Network,
    devices: &[ReadDevice],
    sources: &Sources,
    (from, proxy): (&End, &Proxy),
    url: &Url,
) -> Option<Filtered> {
    let (device, filter) = devices.iter().find_map(|device| Some((device, on(net, device, proxy)?)))?;
    let client = ends::address(net, from, Side::From, false)?;
    let mut request = url.request(net, filter, client, proxy.port);
    let told = |request: &Request| {
        let (allow, rule) = decide(filter, request);
        let span = rule.and_then(|at| device.places.span(at, sources));
        let says = if allow { "let through" } else { "refused" };
        let text = span.map_or("no rule matches, so the opposite of the last is done", |span| sources.text(span));
        (says, span.map_or_else(String::new, |span| sources.cite(span)), text.to_owned())
    };
    let (own, shown) = (own_lists(&request), request.to_string());
    let plain = told(&request);
    let mut groups = vec![(plain.clone(), vec![format!("in no category{own}")])];
    for category in filter.lists.iter().filter_map(|list| list.category.clone()) {
        let key = ListKey::Category(category.clone());
        request.lists.insert(key.clone());
        let then = told(&request);
        request.lists.remove(&key);
        match groups.iter_mut().find(|(known, _)| *known == then) {
            Some((_, categories)) if then != plain => categories.push(category),
            Some(_) => {}
            None => groups.push((then, vec![format!("in {category}")])),
        }
    }
    if let Host::Name(_, addresses) = &mut request.host {
        *addresses = vec![client];
        groups.push((told(&request), vec!["were it to resolve to an address inside".to_owned()]));
    }
    let rules = groups.into_iter().map(|((says, at, text), whom)| Note {
        kind: says,
        at,
        text: format!("{text}  ({})", whom.join(", ")),
    });
    Some(Filtered { proxy: network::label(net, &proxy.place), request: shown, rules: rules.collect() })
}

/// The filter of a proxy, where a device holds it.
fn on<'d>(net: &Network, device: &'d ReadDevice, proxy: &Proxy) -> Option<&'d WebFilter> {
    let is_there = match device.role {
        Role::Proxy(number) => net.proxies[number].name == proxy.name,
        Role::Gateway => matches!(proxy.place, End::Process(_)),
        Role::Switch(_) | Role::Pac => false,
    };
    let mut web = device.bundle.web.iter().filter(|_| is_there && device.site == proxy.site);
    web.find(|filter| filter.name == proxy.name.as_str())
}

impl Url {
    /// The request of a client: a name resolves to an address outside, and is in the lists that are written here.
    fn request(&self, net: &Network, filter: &WebFilter, client: IpAddr, proxy_port: u16) -> Request {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let outside = ends::address(net, &End::Internet(Vec::new()), Side::To, false);
        let host = match bare.parse() {
            Ok(address) => Host::Literal(address),
            Err(_) => Host::Name(self.host.clone(), outside.into_iter().collect()),
        };
        let (connect, port) = (self.connect, self.port);
        Request { client, proxy_port, port, connect, host, lists: self.lists(filter), manager: false }
    }

    /// Lists written here that hold the name or one above it.
    fn lists(&self, filter: &WebFilter) -> BTreeSet<ListKey> {
        let files = filter.lists.iter().filter(|list| list.category.is_none()).map(|list| &list.domains);
        let inline = filter.acls.iter().filter_map(|acl| match &acl.test {
            AclTest::Domain(names) => Some(names),
            _ => None,
        });
        let all = files.chain(inline).filter(|names| names.iter().any(|name| self.is_below(name)));
        all.map(|names| ListKey::Domains(names.iter().cloned().collect())).collect()
    }

    fn is_below(&self, domain: &str) -> bool {
        let (host, domain) = (self.host.trim_end_matches('.'), domain.trim_start_matches('.'));
        host == domain || host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
    }
}

/// `, in the list .exemple-ent.example`.
fn own_lists(request: &Request) -> String {
    let lists: Vec<String> = request.lists.iter().map(ToString::to_string).collect();
    if lists.is_empty() { String::new() } else { format!(", in the list {}", lists.join(" and ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_people_write_them() {
        let read = |text| url(text).map(|url| (url.connect, url.host, url.port)).ok();
        assert_eq!(read("https://Exemple.example/a?b"), Some((true, "exemple.example".into(), 443)));
        assert_eq!(read("http://exemple.example:8080"), Some((false, "exemple.example".into(), 8080)));
        assert_eq!(read("https://[2001:db8::1]/"), Some((true, "[2001:db8::1]".into(), 443)));
        for wrong in
            ["exemple.example", "ftp://exemple.example/", "https:///", "http://a:0/", "http://a:b/", "http://a b/"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_domain_covers_those_below_it() {
        let url = url("https://www.exemple.example/").expect("a URL");
        assert!(
            url.is_below("exemple.example") && url.is_below(".exemple.example") && url.is_below("www.exemple.example")
        );
        assert!(!url.is_below("emple.example") && !url.is_below("m.exemple.example"));
    }
}
