//! A lycée for real: the gateway of the generated files in a namespace of its own, every question answered by the kernel and by the engine.
//!
//! Addresses and routes are those of the `.network` files, interfaces have their very names, the ruleset is the text as written.
//! - This kernel has neither VLAN nor XFRM interfaces nor ESP: plain cables have their names, so `meta ipsec` and `rt ipsec` are
//!   always `missing`, and the engine is asked with no IPsec either. What IPsec changes is `protected`'s, on a guest's kernel.
//! - Reverse paths are not checked in the first run, so that the ruleset alone answers; a second run has the generated `sysctl.conf`.
//! - Dated rules: the kernel's clock cannot be set, so the span of time that contains now is the one compared.

mod ended;
mod model;
mod mutants;
mod places;
mod protected;
mod published;
mod questions;
mod seen;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::time::Instant;

use etanche::config::host::{Link, Route};

use super::frames::SYN;
use super::netns::Netns;
use super::probe::{Gateway, Opener, Probe, Seen};
use super::region::{Written, region};
use model::{Fate, Model};
use places::{Place, around, nth};
use questions::{Kind, Questions};

/// Services that stand for the rest where not all are asked.
const SOME: [Kind; 9] = [
    Kind::Tcp(443, SYN),
    Kind::Tcp(3128, SYN),
    Kind::Tcp(3129, SYN),
    Kind::Tcp(5061, SYN),
    Kind::Udp(53),
    Kind::Udp(161),
    Kind::Udp(16_485),
    Kind::Icmp(8),
    Kind::Icmp6(128),
];

/// A gateway that runs, and what the engine thinks of it.
struct Lycee<'w> {
    written: &'w Written,
    gateway: Gateway,
    model: Model<'w>,
    places: Vec<Place>,
}

/// What came out of a comparison.
#[derive(Default)]
struct Report {
    verdicts: usize,
    passed: usize,
    translated: usize,
    wrong: Vec<String>,
    seconds: f64,
}

/// What beside the ruleset decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    Sysctl,
}

impl<'w> Lycee<'w> {
    /// The gateway of `written` with a ruleset loaded: its own, or a mutant of it.
    fn new(written: &'w Written, ruleset: &str, around_it: Around) -> Lycee<'w> {
        let names: Vec<&str> = written.links().iter().map(|link| link.name.as_str()).collect();
        let gateway = Gateway::new(&names);
        gateway.netns().ip(&written.ip_lines());
        gateway.netns().nft(ruleset);
        if around_it == Around::Sysctl {
            settle(gateway.netns(), written);
        }
        let model = Model::new(written, now(gateway.netns()), around_it == Around::Sysctl);
        let mut places = around(&region().net, written.site);
        places.extend(undeclared(written, &places));
        Lycee { written, gateway, model, places }
    }

    fn questions(&self) -> Questions<'_> {
        Questions::new(&self.places, self.model.own(), &region().services)
    }

    /// Sources of the gateway's own packets that are asked about: the WAN's, the one of devices, one of another zone.
    fn sources(&self) -> Vec<IpAddr> {
        let links =
            self.written.links().iter().filter(|link| link.addresses.iter().any(|net| !net.addr().is_loopback()));
        let links: Vec<_> = links.collect();
        let chosen = [links.first(), links.get(1), links.last()].into_iter().flatten();
        let all: BTreeSet<IpAddr> = chosen.flat_map(|link| &link.addresses).map(ipnet::IpNet::addr).collect();
        all.into_iter().collect()
    }

    /// The system, the proxies of the gateway, and somebody.
    fn users(&self) -> Vec<u32> {
        let proxies = region().net.processes_of(self.written.site).map(|(_, process)| process.uid);
        [0, 65_534].into_iter().chain(proxies).collect()
    }

    /// Everything there is to ask.
    fn everything(&self) -> Vec<Probe> {
        let mut all = self.essentials(self.questions());
        let mut questions = self.questions();
        all.extend(questions.answers());
        all.extend(questions.without_an_address());
        all.extend(questions.spoofed(Kind::Tcp(443, SYN)));
        all.extend(questions.back_to_the_gateway(&self.users(), &self.sources(), &SOME));
        all
    }

    /// What shows most mistakes, on the services that the questions hold.
    fn essentials(&self, mut questions: Questions<'_>) -> Vec<Probe> {
        let mut all = questions.openers();
        let passed = self.passing(&all);
        all.extend(questions.errors(&[Kind::Tcp(443, SYN), Kind::Tcp(3128, SYN), Kind::Udp(53)]));
        all.extend(questions.towards_the_gateway());
        all.extend(questions.displaced(&passed));
        all.extend(questions.sent_by_the_gateway(&self.users(), &self.sources()));
        all
    }

    /// Openers that the engine lets through.
    fn passing(&self, probes: &[Probe]) -> Vec<Opener> {
        let openers = probes.iter().filter_map(|probe| match probe {
            Probe::Opens(opener) => Some((probe, opener)),
            _ => None,
        });
        let fated = openers.filter(|(probe, _)| self.model.fate(probe).is_some_and(|fate| fate.out.is_some()));
        fated.map(|(_, opener)| opener.clone()).collect()
    }

    /// Kernel and engine on each probe.
    fn compare(&mut self, probes: &[Probe]) -> Report {
        let start = Instant::now();
        let fated: Vec<(&Probe, Fate)> =
            probes.iter().filter_map(|probe| Some((probe, self.model.fate(probe)?))).collect();
        let asked: Vec<Probe> = fated.iter().map(|(probe, _)| (*probe).clone()).collect();
        let seen = self.gateway.verdicts(&asked);
        let mut report = Report::default();
        for ((probe, fate), seen) in fated.iter().zip(&seen) {
            report.note(&self.model, probe, fate, seen);
        }
        report.seconds = start.elapsed().as_secs_f64();
        report
    }
}

impl Report {
    fn note(&mut self, model: &Model<'_>, probe: &Probe, fate: &Fate, seen: &Seen) {
        self.verdicts += 1;
        self.passed += usize::from(!seen.stopped());
        type Out<'o> = Vec<(&'o str, IpAddr, IpAddr)>;
        let kernel: Out<'_> = seen.out.iter().map(|(name, header)| (&**name, header.src, header.dst)).collect();
        let engine: Out<'_> = fate.out.iter().map(|(name, from, to)| (&**name, *from, *to)).collect();
        let answered = fate.answer.is_none() || fate.answer == seen.answer;
        if let (Some((_, src, dst)), Probe::Opens(opener)) = (kernel.first(), probe) {
            self.translated += usize::from((*src, *dst) != (opener.header.src, opener.header.dst));
        }
        if kernel == engine && seen.local == fate.local && answered {
            return;
        }
        let mut told = format!("{probe:?}\n    kernel: {seen:?}\n    engine: out {engine:?}");
        write!(told, ", kept {}, answered {:?}\n    decides: {}", fate.local, fate.answer, model.why(fate))
            .expect("text");
        self.wrong.push(told);
    }

    fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.verdicts).expect("fewer than 2^32")) / self.seconds
    }
}

/// Seconds since 1970 by the clock that `meta time` reads.
fn now(netns: &Netns) -> u64 {
    netns.run("date", &["+%s"]).trim().parse().expect("date prints seconds")
}

/// Hosts of prefixes that links have and no zone declares: none, unless a test added them.
fn undeclared(written: &Written, known: &[Place]) -> Vec<Place> {
    let prefixes = written.links().iter().flat_map(|link| link.addresses.iter().map(move |net| (link, net.trunc())));
    let wide = prefixes.filter(|(_, net)| net.prefix_len() < net.max_prefix_len());
    let new = wide.filter(|(_, net)| !known.iter().any(|place| net.contains(&place.address)));
    let place = |(link, net): (&Link, ipnet::IpNet)| {
        let label = format!("undeclared on {}", link.name);
        Place { interface: link.name.as_str().into(), address: nth(net, 77), label }
    };
    new.map(place).collect()
}

/// The generated `sysctl.conf`, then what the unit does once the rules are loaded.
fn settle(netns: &Netns, written: &Written) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.as_file().write_all(written.files["sysctl.conf"].as_bytes()).expect("a temporary file can be written");
    netns.run("/usr/lib/systemd/systemd-sysctl", &[file.path()]);
    for command in &written.bundle.host.as_ref().expect("host files").boot.start {
        if command[0].ends_with("sysctl") {
            netns.run(&command[0], &command[1..]);
        }
    }
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let (head, tail) = digits.split_at(digits.len() % 3);
    let threes = tail.as_bytes().chunks(3).map(|three| String::from_utf8_lossy(three).into_owned());
    let all: Vec<String> = Some(head.to_owned()).filter(|head| !head.is_empty()).into_iter().chain(threes).collect();
    all.join(",")
}

/// One line, past the test harness that keeps output to itself.
pub(crate) fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("stdout");
}

/// Every question, and no disagreement.
fn rehearse(site: &str, around_it: Around) {
    let written = region().gateway(site);
    let mut lycee = Lycee::new(&written, written.nft(), around_it);
    let probes = match around_it {
        Around::Nothing => lycee.everything(),
        // The ruleset was asked everything without the settings.
        Around::Sysctl => lycee.essentials(lycee.questions().only(&SOME)),
    };
    let report = lycee.compare(&probes);
    let rate = report.rate().round();
    let how = if around_it == Around::Sysctl { ", sysctl.conf applied" } else { "" };
    say(&format!(
        "lycée {site}{how}: {} verdicts, {} disagreements, {}/s ({} passed, {} translated)",
        grouped(report.verdicts),
        report.wrong.len(),
        grouped(format!("{rate}").parse().expect("a whole number")),
        grouped(report.passed),
        report.translated,
    ));
    let first: Vec<&String> = report.wrong.iter().take(10).collect();
    assert!(first.is_empty(), "{} disagreements, the first:\n{first:#?}", report.wrong.len());
    assert!(report.passed > 100 && report.passed < report.verdicts / 2, "{} passed", report.passed);
}

#[test]
fn kernel_and_engine_agree_on_a_lycee_of_cible_2() {
    rehearse("0000001B", Around::Nothing);
}

#[test]
fn kernel_and_engine_agree_on_a_lycee_of_cible_1_and_its_proxies() {
    rehearse("0000002C", Around::Nothing);
}

#[test]
fn with_the_kernel_settings_of_the_files_a_lycee_of_cible_2_still_works() {
    rehearse("0000001B", Around::Sysctl);
}

#[test]
fn with_the_kernel_settings_of_the_files_a_lycee_of_cible_1_still_works() {
    rehearse("0000002C", Around::Sysctl);
}

/// Addresses and routes that nobody wrote: the ruleset alone must stop what they lead to.
#[test]
fn a_lycee_without_ipv6_lets_none_through_even_where_somebody_added_routes() {
    let mut written = region().gateway("0000002C");
    let links = &mut written.bundle.host.as_mut().expect("host files").links;
    for (number, link) in links.iter_mut().enumerate().skip(2) {
        link.addresses.push(format!("2001:db8:2:{number}::1/64").parse().expect("a prefix"));
    }
    let to = "3fff::/20".parse().expect("a prefix");
    let model = links[0].routes[0].clone();
    links[0].routes.push(Route { to, via: None, on_link: false, preferred_source: None, metric: None, ..model });
    let mut lycee = Lycee::new(&written, written.nft(), Around::Nothing);
    let sources: Vec<IpAddr> = lycee.model.own().filter(IpAddr::is_ipv6).collect();
    let mut probes = lycee.essentials(lycee.questions());
    probes.extend(lycee.questions().sent_by_the_gateway(&lycee.users(), &sources));
    probes.retain(|probe| probe.opener().header.src.is_ipv6());
    let report = lycee.compare(&probes);
    say(&format!(
        "lycée 0000002C with IPv6 routes: {} verdicts, {} disagreements",
        grouped(report.verdicts),
        report.wrong.len()
    ));
    assert_eq!(report.wrong.iter().take(5).collect::<Vec<_>>(), [""; 0]);
    let forwarded = probes.iter().filter(|probe| lycee.model.fate(probe).is_some_and(|fate| fate.out.is_some()));
    assert_eq!(forwarded.count(), 0);
}

#[test]
fn translation_changes_the_source_to_the_exit_and_nothing_else_leaves_translated() {
    let written = region().gateway("0000001B");
    let mut lycee = Lycee::new(&written, written.nft(), Around::Nothing);
    let exit = region().net.site(written.site).exit.expect("an exit address");
    let images = lycee.model.images();
    assert!(!images.is_empty(), "telephony leaves translated");
    for (_, image) in images {
        assert_eq!(lycee.model.sources(image), [IpAddr::V4(exit); 2]);
    }
    let openers = lycee.questions().openers();
    let report = lycee.compare(&openers);
    assert!(report.translated > 0);
    assert_eq!(report.wrong, [""; 0]);
}

#[test]
fn the_clock_is_in_one_epoch_and_it_means_what_now_means() {
    let netns = Netns::new("clock");
    let now = i64::try_from(now(&netns)).expect("a date");
    let epochs = &region().net.epochs;
    assert_eq!(epochs.iter().filter(|epoch| epoch.window.contains(now)).count(), 1);
}
