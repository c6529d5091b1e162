//! Requests, as people read them.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

/// What makes two lists the same list, whatever they are called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListKey {
    /// A category, filled on the device.
    Category(String),
    /// These domains, each covering its subdomains.
    Domains(BTreeSet<String>),
}

impl fmt::Display for ListKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Category(name) => f.write_str(name),
            Self::Domains(names) => {
                let first = names.iter().next().map_or("", String::as_str);
                write!(f, ".{first}")?;
                if names.len() > 1 {
                    write!(f, " and {} more", names.len() - 1)?;
                }
                Ok(())
            }
        }
    }
}

/// The host of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name, and every address it resolves to.
    Name(String, Vec<IpAddr>),
    /// Written as an address.
    Literal(IpAddr),
}

impl Host {
    /// Addresses that the proxy may connect to.
    #[must_use]
    pub fn addresses(&self) -> &[IpAddr] {
        match self {
            Self::Name(_, addresses) => addresses,
            Self::Literal(address) => std::slice::from_ref(address),
        }
    }
}

/// One request to a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Address of the client.
    pub client: IpAddr,
    /// Port of the proxy that it connected to.
    pub proxy_port: u16,
    /// Port of the origin.
    pub port: u16,
    /// Method CONNECT.
    pub connect: bool,
    /// Host of the origin.
    pub host: Host,
    /// Every list the host is in; a host written as an address is in none.
    pub lists: BTreeSet<ListKey>,
    /// Asks for the proxy's own management page.
    pub manager: bool,
}

impl Request {
    /// A plain request for a name on port 80, in no list.
    #[must_use]
    pub fn plain(client: IpAddr, name: &str, resolves: &[IpAddr]) -> Self {
        Self {
            client,
            proxy_port: 3128,
            port: 80,
            connect: false,
            host: Host::Name(name.to_owned(), resolves.to_vec()),
            lists: BTreeSet::new(),
            manager: false,
        }
    }
}

/// `http://jeux.example/ from 10.128.0.10 (list jeux)`.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = match &self.host {
            Host::Name(name, _) => name.clone(),
            Host::Literal(IpAddr::V6(address)) => format!("[{address}]"),
            Host::Literal(address) => address.to_string(),
        };
        match (self.connect, self.port) {
            (true, port) => write!(f, "CONNECT {host}:{port}")?,
            (false, 80) => write!(f, "http://{host}/")?,
            (false, port) => write!(f, "http://{host}:{port}/")?,
        }
        if self.manager {
            f.write_str("(management page)")?;
        }
        write!(f, " from {}", self.client)?;
        if let Host::Name(_, addresses) = &self.host
            && !addresses.is_empty()
        {
            write!(f, ", resolving to {}", joined(addresses))?;
        }
        match self.lists.len() {
            0 => Ok(()),
            1 => write!(f, " (list {})", joined(&self.lists)),
            _ => write!(f, " (lists {})", joined(&self.lists)),
        }
    }
}

fn joined<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = items.into_iter().map(|i| i.to_string()).collect();
    texts.join(", ")
}
