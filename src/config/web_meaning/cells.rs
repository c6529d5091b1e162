//! Cells: requests that no test of either side tells apart, but for the lists.
//!
//! Each dimension (clients, ports, destinations) is cut at every boundary that a test names; pieces that all tests see
//! alike are one class. A cell is one class of each dimension.

use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::program::{Program, Step, Test};
use super::{Host, ListKey, Request};
use crate::packets::{Interval, IntervalSet};

/// Which tests of a dimension hold, by number.
type Seen = Vec<bool>;

/// Addresses or ports that all tests see alike: first and last of each piece.
#[derive(Debug, Clone)]
pub(super) struct Class<T> {
    pub(super) seen: Seen,
    pub(super) pieces: Vec<(T, T)>,
}

/// A set of addresses that a host may stand for.
#[derive(Debug, Clone)]
struct Destination {
    seen: Seen,
    examples: Vec<IpAddr>,
}

/// How a test of a step is looked up in a cell.
#[derive(Debug, Clone, Copy)]
enum Lookup {
    Client(usize),
    Destination(usize),
    Port(usize),
    ProxyPort(u16),
    Connect,
    Literal,
    Manager,
    List(usize),
    Always,
    Worst,
}

/// All cells of some programs.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) clients: Vec<Class<IpAddr>>,
    pub(super) addresses: Vec<Class<IpAddr>>,
    pub(super) ports: Vec<Class<u16>>,
    names: Vec<Destination>,
    literals: Vec<Destination>,
    proxy_ports: Vec<u16>,
    lists: Vec<ListKey>,
    lookups: Vec<Vec<Vec<Lookup>>>,
    /// By side and class of clients, the steps that such a client can meet: of a region's filter, few.
    met: Vec<Vec<Vec<usize>>>,
    touched: Option<usize>,
}

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    /// The place of its class of clients.
    client: usize,
    port: &'a Class<u16>,
    host: &'a Destination,
    literal: bool,
    proxy_port: u16,
    connect: bool,
    manager: bool,
}

/// Tests of each dimension, each once.
#[derive(Default)]
struct Tables {
    clients: Vec<Vec<IpNet>>,
    destinations: Vec<Vec<IpNet>>,
    ports: Vec<Vec<(u16, u16)>>,
    lists: Vec<ListKey>,
}

impl Cells {
    /// Cells of some programs, cut also at the boundaries of `touching`.
    pub(super) fn new(programs: &[&Program], touching: &[IpNet]) -> Self {
        let mut tables = Tables::default();
        let lists: BTreeSet<&ListKey> = programs.iter().flat_map(|p| p.tests()).filter_map(key).collect();
        tables.lists = lists.into_iter().cloned().collect();
        let lookups: Vec<Vec<Vec<Lookup>>> = programs.iter().map(|p| tables.lookups(p)).collect();
        let touched = (!touching.is_empty()).then(|| position(&mut tables.destinations, touching));
        let addresses = address_classes(&tables.destinations);
        let clients = address_classes(&tables.clients);
        let met_by = |client: &Class<IpAddr>, (program, lookups): (&&Program, &Vec<Vec<Lookup>>)| {
            let steps = program.steps.iter().zip(lookups).enumerate();
            steps.filter(|(_, (step, lookups))| meets(client, step, lookups)).map(|(number, _)| number).collect()
        };
        let of_side = |side| clients.iter().map(|client| met_by(client, side)).collect();
        let met = programs.iter().zip(&lookups).map(of_side).collect();
        Self {
            clients,
            met,
            ports: port_classes(&tables.ports),
            names: together(&addresses),
            literals: addresses.iter().map(single).collect(),
            addresses,
            proxy_ports: proxy_ports(programs),
            lists: tables.lists,
            lookups,
            touched,
        }
    }

    /// Every cell, in a fixed order: plain names first, so that an example is as simple as can be.
    pub(super) fn iter(&self) -> impl Iterator<Item = Cell<'_>> {
        let hosts = self.names.iter().map(|h| (h, false));
        let hosts: Vec<_> = hosts.chain(self.literals.iter().map(|h| (h, true))).collect();
        let mut cells = Vec::new();
        for manager in [false, true] {
            for (host, literal) in &hosts {
                for client in 0..self.clients.len() {
                    cells.extend(self.with(client, host, *literal, manager));
                }
            }
        }
        cells.into_iter()
    }

    fn with<'a>(
        &'a self,
        client: usize,
        host: &'a Destination,
        literal: bool,
        manager: bool,
    ) -> impl Iterator<Item = Cell<'a>> {
        let ways = [false, true].into_iter();
        ways.flat_map(move |connect| {
            self.ports.iter().flat_map(move |port| {
                self.proxy_ports.iter().map(move |proxy_port| Cell {
                    client,
                    port,
                    host,
                    literal,
                    proxy_port: *proxy_port,
                    connect,
                    manager,
                })
            })
        })
    }

    /// The clients of a cell.
    pub(super) fn clients_of(&self, cell: &Cell<'_>) -> &[(IpAddr, IpAddr)] {
        &self.clients[cell.client].pieces
    }

    /// The ports of origins of a cell.
    pub(super) fn ports_of<'a>(&self, cell: &Cell<'a>) -> &'a [(u16, u16)] {
        &cell.port.pieces
    }

    /// A cell made of chosen classes, for a host with the single address class `address`.
    pub(super) fn pick(&self, client: usize, port: usize, address: usize, kind: super::Kind) -> Cell<'_> {
        Cell {
            client,
            port: &self.ports[port],
            host: &self.literals[address],
            literal: kind.literal,
            proxy_port: kind.proxy_port,
            connect: kind.connect,
            manager: kind.manager,
        }
    }

    /// Every kind of request that is not told by its client, port, address or lists.
    pub(super) fn kinds(&self) -> Vec<super::Kind> {
        let mut kinds = Vec::new();
        for proxy_port in &self.proxy_ports {
            for manager in [false, true] {
                for (connect, literal) in [(false, false), (false, true), (true, false), (true, true)] {
                    kinds.push(super::Kind { proxy_port: *proxy_port, connect, literal, manager });
                }
            }
        }
        kinds
    }

    pub(super) fn list(&self, number: usize) -> &ListKey {
        &self.lists[number]
    }

    pub(super) fn list_count(&self) -> usize {
        self.lists.len()
    }

    /// The host may be within the addresses asked for.
    pub(super) fn touches(&self, cell: &Cell<'_>) -> bool {
        self.touched.is_some_and(|n| cell.host.seen[n])
    }

    /// The steps that a client of the cell can meet, in order.
    pub(super) fn met(&self, cell: &Cell<'_>, side: usize) -> &[usize] {
        &self.met[side][cell.client]
    }

    /// A request of a cell, with a host in the given lists.
    pub(super) fn request(&self, cell: &Cell<'_>, lists: BTreeSet<ListKey>) -> Request {
        let host = match (cell.literal, cell.host.examples.as_slice()) {
            (true, [address, ..]) => Host::Literal(*address),
            _ => Host::Name(name_in(&lists), cell.host.examples.clone()),
        };
        Request {
            client: example_of(&self.clients[cell.client]),
            proxy_port: cell.proxy_port,
            port: cell.port.pieces.iter().map(|p| p.0).find(|p| [80, 443].contains(p)).unwrap_or(cell.port.pieces[0].0),
            connect: cell.connect,
            host,
            lists,
            manager: cell.manager,
        }
    }

    /// What a step still asks of the lists in a cell; None when it cannot match there.
    pub(super) fn left(&self, cell: &Cell<'_>, side: usize, step: usize, of: &Step) -> Option<BTreeMap<usize, bool>> {
        let mut lists = BTreeMap::new();
        for (lookup, (_, negated)) in self.lookups[side][step].iter().zip(&of.when) {
            let member = !negated;
            let holds = match lookup {
                Lookup::Client(n) => self.clients[cell.client].seen[*n],
                Lookup::Destination(n) => cell.host.seen[*n],
                Lookup::Port(n) => cell.port.seen[*n],
                Lookup::ProxyPort(port) => cell.proxy_port == *port,
                Lookup::Connect => cell.connect,
                Lookup::Literal => cell.literal,
                Lookup::Manager => cell.manager,
                Lookup::Always => true,
                Lookup::Worst => of.allow != *negated,
                Lookup::List(_) if cell.literal => false,
                Lookup::List(n) => {
                    if lists.insert(*n, member).is_some_and(|before| before != member) {
                        return None;
                    }
                    continue;
                }
            };
            if holds == *negated {
                return None;
            }
        }
        Some(lists)
    }
}

/// What a step asks of clients holds of one of a class.
fn meets(client: &Class<IpAddr>, step: &Step, lookups: &[Lookup]) -> bool {
    lookups.iter().zip(&step.when).all(|(lookup, (_, negated))| match lookup {
        Lookup::Client(n) => client.seen[*n] != *negated,
        _ => true,
    })
}

/// A name that people understand: of the list's own domain, or named after the category.
fn name_in(lists: &BTreeSet<ListKey>) -> String {
    // Domains come after categories.
    match lists.iter().next_back() {
        Some(ListKey::Category(name)) => format!("{}.example", name.replace('_', "-")),
        Some(ListKey::Domains(names)) => names.iter().next().cloned().unwrap_or_default(),
        None => "neutre.example".to_owned(),
    }
}

impl Tables {
    fn lookups(&mut self, program: &Program) -> Vec<Vec<Lookup>> {
        let steps = program.steps.iter();
        steps.map(|s| s.when.iter().map(|(test, _)| self.lookup(test)).collect()).collect()
    }

    fn lookup(&mut self, test: &Test) -> Lookup {
        match test {
            Test::Source(nets) => Lookup::Client(position(&mut self.clients, nets)),
            Test::Destination(nets) => Lookup::Destination(position(&mut self.destinations, nets)),
            Test::Port(ports) => Lookup::Port(position(&mut self.ports, ports)),
            Test::List(key) => Lookup::List(self.lists.binary_search(key).unwrap_or_default()),
            Test::ProxyPort(port) => Lookup::ProxyPort(*port),
            Test::Connect => Lookup::Connect,
            Test::Literal => Lookup::Literal,
            Test::Manager => Lookup::Manager,
            Test::All => Lookup::Always,
            Test::Unknown => Lookup::Worst,
        }
    }
}

fn position<T: PartialEq + Clone>(table: &mut Vec<Vec<T>>, row: &[T]) -> usize {
    table.iter().position(|r| r == row).unwrap_or_else(|| {
        table.push(row.to_vec());
        table.len() - 1
    })
}

fn key(test: &Test) -> Option<&ListKey> {
    match test {
        Test::List(key) => Some(key),
        _ => None,
    }
}

fn proxy_ports(programs: &[&Program]) -> Vec<u16> {
    let ports: BTreeSet<u16> = programs.iter().flat_map(|p| p.proxy_ports.iter().copied()).collect();
    if ports.is_empty() { vec![3128] } else { ports.into_iter().collect() }
}

/// Address classes of both families.
fn address_classes(tests: &[Vec<IpNet>]) -> Vec<Class<IpAddr>> {
    let of_family = |nets: &[IpNet], v6: bool| -> Vec<Interval> {
        let own = nets.iter().filter(|net| net.addr().is_ipv6() == v6);
        own.map(|net| Interval::new(number(net.network()), number(net.broadcast()))).collect()
    };
    let line = |v6: bool, max: u128| {
        let all = tests.iter().flat_map(|nets| of_family(nets, v6));
        pieces(0, max, all.flat_map(|net| [Some(net.lo), net.hi.checked_add(1)]).flatten())
    };
    let v4 = line(false, u32::MAX.into()).into_iter().map(|(a, b)| (address4(a), address4(b)));
    let v6 = line(true, u128::MAX).into_iter().map(|(a, b)| (address6(a), address6(b)));
    let within = |nets: &Vec<IpNet>| [false, true].map(|v6| of_family(nets, v6).into_iter().collect::<IntervalSet>());
    let tests: Vec<[IntervalSet; 2]> = tests.iter().map(within).collect();
    let sees = |test: &[IntervalSet; 2], at: &IpAddr| test[usize::from(at.is_ipv6())].contains(number(*at));
    classes(v4.chain(v6), &tests, sees)
}

fn port_classes(tests: &[Vec<(u16, u16)>]) -> Vec<Class<u16>> {
    // 80 and 443 stand alone so that examples use them; it costs two classes at most and merges where no test looks.
    let all = tests.iter().flatten().copied().chain([(80, 80), (443, 443)]);
    let starts = all.flat_map(|(first, last)| [u128::from(first), u128::from(last) + 1]);
    let port = |n: u128| u16::try_from(n).unwrap_or(u16::MAX);
    let line = pieces(1, u16::MAX.into(), starts).into_iter().map(|(a, b)| (port(a), port(b)));
    classes(line, tests, |test, at| test.iter().any(|(a, b)| (a..=b).contains(&at)))
}

/// The values from `min` to `max`, cut so that a piece begins at each of some values.
fn pieces(min: u128, max: u128, starts: impl Iterator<Item = u128>) -> Vec<(u128, u128)> {
    let starts: BTreeSet<u128> = starts.filter(|at| (min..=max).contains(at)).chain([min]).collect();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([max]);
    starts.iter().copied().zip(ends).collect()
}

fn classes<T: Copy, U>(
    pieces: impl Iterator<Item = (T, T)>,
    tests: &[U],
    sees: impl Fn(&U, &T) -> bool,
) -> Vec<Class<T>> {
    let mut numbers: BTreeMap<Seen, usize> = BTreeMap::new();
    let mut found: Vec<Class<T>> = Vec::new();
    for piece in pieces {
        let seen: Seen = tests.iter().map(|t| sees(t, &piece.0)).collect();
        let n = *numbers.entry(seen.clone()).or_insert(found.len());
        if n == found.len() {
            found.push(Class { seen, pieces: Vec::new() });
        }
        found[n].pieces.push(piece);
    }
    found
}

fn single(class: &Class<IpAddr>) -> Destination {
    Destination { seen: class.seen.clone(), examples: vec![example_of(class)] }
}

/// Everything that a set of addresses may look like: a test holds when it holds for one of them.
fn together(classes: &[Class<IpAddr>]) -> Vec<Destination> {
    let width = classes.first().map_or(0, |c| c.seen.len());
    let mut found = vec![Destination { seen: vec![false; width], examples: Vec::new() }];
    let mut known: BTreeSet<Seen> = BTreeSet::from([vec![false; width]]);
    for class in classes.iter().map(single) {
        for n in 0..found.len() {
            let with = &found[n];
            let seen: Seen = with.seen.iter().zip(&class.seen).map(|(a, b)| *a || *b).collect();
            if known.insert(seen.clone()) {
                let examples = [with.examples.as_slice(), &class.examples].concat();
                found.push(Destination { seen, examples });
            }
        }
    }
    found
}

/// An address of a class that looks like a machine's: the eleventh of its smallest large enough piece.
fn example_of(class: &Class<IpAddr>) -> IpAddr {
    let size = |p: &&(IpAddr, IpAddr)| number(p.1) - number(p.0);
    let roomy = class.pieces.iter().filter(|p| size(p) >= 16).min_by_key(size);
    let Some((first, _)) = roomy else {
        return class.pieces[0].0;
    };
    match first {
        IpAddr::V4(_) => address4(number(*first) + 10),
        IpAddr::V6(_) => address6(number(*first) + 10),
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(a) => u128::from(u32::from(a)),
        IpAddr::V6(a) => u128::from(a),
    }
}

fn address4(n: u128) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from(u32::try_from(n).unwrap_or(u32::MAX)))
}

fn address6(n: u128) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from(n))
}
