//! What the security officer grants and nothing uses: the next line that somebody writes would be allowed unseen.

use std::collections::BTreeMap;

use super::facts::Facts;
use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{At, Diagnostic, Span};
use crate::network::model::{End, Network, ZoneId};
use crate::policy::{Meet, Name, Publish, SiteName};

/// Words of `may_start`, `meet`, `publish` and `relays` that no flow needs.
pub(super) fn unused(facts: &Facts) -> Vec<Diagnostic> {
    let (net, own) = (facts.net, &facts.policy.security);
    let starts = own.may_start.iter().flat_map(|line| {
        let (from, to) = (line.value.from.iter().map(place), line.value.to.iter().map(class));
        without_flow(net, &from.collect::<Vec<_>>(), &to.collect::<Vec<_>>())
    });
    let meets = own.meet.iter().flat_map(|line| meets(net, &line.value));
    let publishes = own.publish.iter().flat_map(|line| publishes(net, &line.value));
    starts.chain(meets).chain(publishes).chain(relays(net)).collect()
}

/// Whether a word means an end.
type Means<'p> = dyn Fn(&Network, &End) -> bool + 'p;

/// A word of such a line: where it stands, and whom it means.
struct Word<'p> {
    at: Span,
    text: String,
    means: Box<Means<'p>>,
}

/// A zone of the centre.
fn place(zone: &At<SiteName>) -> Word<'_> {
    let text = format!("{}.{}", zone.value.site, zone.value.name);
    Word { at: zone.span, text, means: Box::new(|net, end| is_at(net, end, &zone.value)) }
}

/// A class of establishments' zones, or what the words `gateway` and `supervision` say.
fn class(word: &At<Name>) -> Word<'_> {
    Word {
        at: word.span,
        text: word.value.to_string(),
        means: Box::new(|net, end| is_in_school(net, end, &word.value)),
    }
}

fn meets(net: &Network, line: &Meet) -> Vec<Diagnostic> {
    let from: Vec<Word> = line.classes.iter().map(class).chain(line.through.iter().map(place)).collect();
    let to: Vec<Word> = line.zones.iter().map(place).collect();
    without_flow(net, &from, &to)
}

/// The two ends of every flow, those that an establishment gave up until further notice among them.
fn asked(net: &Network) -> impl Iterator<Item = (&End, &End)> {
    let open = net.flows.iter().map(|flow| (&flow.from, &flow.to));
    open.chain(net.given_up.iter().map(|flow| (&flow.from, &flow.to)))
}

/// Words of either side of a line that no flow joins to the other side; when nothing uses the line, its first side.
fn without_flow(net: &Network, from: &[Word], to: &[Word]) -> Vec<Diagnostic> {
    let joined = |a: &Word, b: &Word| asked(net).any(|(from, to)| (a.means)(net, from) && (b.means)(net, to));
    let left: Vec<&Word> = from.iter().filter(|a| !to.iter().any(|b| joined(a, b))).collect();
    let right = to.iter().filter(|b| left.len() < from.len() && !from.iter().any(|a| joined(a, b)));
    let right = right.map(|b| idle(b.at, format!("no flow goes from what this line names to `{}`", b.text)));
    let left = left.iter().map(|a| idle(a.at, format!("no flow goes from `{}` to what this line names", a.text)));
    left.chain(right).collect()
}

fn publishes(net: &Network, line: &Publish) -> Vec<Diagnostic> {
    let words = line.classes.iter().map(class).chain(line.zones.iter().map(place));
    let answers = |word: &Word| net.flows.iter().any(|f| f.published.is_some() && (word.means)(net, &f.to));
    let idle_words = words.filter(|word| !answers(word));
    idle_words.map(|word| idle(word.at, format!("nothing of `{}` answers the Internet", word.text))).collect()
}

/// A relay passes on: somebody opens to it, and it opens to somebody. A line may name a zone of many establishments.
fn relays(net: &Network) -> Vec<Diagnostic> {
    let is_met = |end: &End, relay: &End| end == relay || zones(net, end).iter().any(|z| End::Zone(*z) == *relay);
    let passes_on =
        |relay: &End| asked(net).any(|(_, to)| is_met(to, relay)) && asked(net).any(|(from, _)| is_met(from, relay));
    let mut lines: BTreeMap<Span, bool> = BTreeMap::new();
    for (relay, _, line) in &net.security.relays {
        *lines.entry(*line).or_default() |= passes_on(relay);
    }
    let unused = lines.into_iter().filter(|(_, is_used)| !is_used);
    unused.map(|(line, _)| idle(line, "nobody comes through this relay".to_owned())).collect()
}

fn idle(at: Span, says: String) -> Diagnostic {
    Diagnostic::new(&codes::UNUSED_GRANT, at, says)
        .help("take it away: whoever needs it one day asks for it, and is seen to ask")
}

fn is_at(net: &Network, end: &End, zone: &SiteName) -> bool {
    let is_it = |id: &ZoneId| net.zone(*id).name == zone.name && net.site(net.zone(*id).site).name == zone.site;
    zones(net, end).iter().any(is_it)
}

fn is_in_school(net: &Network, end: &End, word: &Name) -> bool {
    match end {
        End::Gateway(site) => word.as_str() == "gateway" && net.site(*site).is_establishment,
        End::Supervision(site) => word.as_str() == "supervision" && net.site(*site).is_establishment,
        _ => zones(net, end)
            .iter()
            .map(|zone| net.zone(*zone))
            .any(|zone| net.site(zone.site).is_establishment && zone.class.as_ref() == Some(word)),
    }
}

/// Zones that an end stands in; of a process of a gateway, the one it listens in.
fn zones<'n>(net: &'n Network, end: &'n End) -> &'n [ZoneId] {
    match end {
        End::Process(process) => std::slice::from_ref(&net.processes[process.index()].listen),
        _ => net.zones_of(end),
    }
}
