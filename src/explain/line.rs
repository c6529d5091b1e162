//! The line of the policy that would let one end open to another, and whose file it would stand in.

use super::answer::Question;
use super::ends;
use super::service::Services;
use crate::network::{self, End, L4, Network, Site, SiteId};

/// One `allow:` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The site in whose file it stands.
    pub site: SiteId,
    /// `wifi_staff -> admin_servers on https`.
    pub allow: String,
}

/// The line that would permit what is asked; None where the language has no such line.
pub fn permitting(net: &Network, question: &Question, known: &Services) -> Option<Line> {
    let site = file_of(net, question)?;
    let name = |end| said_at(net, site, end);
    let allow = format!("{} -> {} on {}", name(&question.from)?, name(&question.to)?, asked(net, question, known));
    Some(Line { site, allow })
}

/// What a waiver would say: `admin@0000001B -> admin@0000002C on https`; None where no waiver can.
pub fn waiving(net: &Network, question: &Question, known: &Services) -> Option<String> {
    let name = |end: &End| {
        let place = net.site(ends::site(net, end)?);
        let label = network::label(net, end);
        let is_named = matches!(end, End::Zone(_) | End::Host(_)) && place.is_establishment;
        is_named.then(|| format!("{}@{}", &label[place.name.as_str().len() + 1..], place.name))
    };
    Some(format!("{} -> {} on {}", name(&question.from)?, name(&question.to)?, asked(net, question, known)))
}

/// The site whose file says it: an establishment's own flows stand in its file, wherever the other end is.
fn file_of(net: &Network, question: &Question) -> Option<SiteId> {
    let sites = [&question.from, &question.to].map(|end| ends::site(net, end));
    let is_school = |site: &Option<SiteId>| site.is_some_and(|site| net.site(site).is_establishment);
    match sites {
        [Some(a), Some(b)] if a != b && is_school(&sites[0]) && is_school(&sites[1]) => None,
        [from, to] if !is_school(&from) && is_school(&to) => to,
        [from, to] => from.or(to),
    }
}

/// An end as a line of a site's file names it.
fn said_at(net: &Network, here: SiteId, end: &End) -> Option<String> {
    let label = network::label(net, end);
    let bare = |place: &Site| label[place.name.as_str().len() + 1..].to_owned();
    match (end, ends::site(net, end)) {
        (End::Internet(_), _) => Some(label),
        (_, Some(site)) if site == here => Some(bare(net.site(site))),
        (End::Zone(_) | End::Host(_), _) => Some(label),
        _ => None,
    }
}

/// The service as a line names it: by its name where it has one.
fn asked(net: &Network, question: &Question, known: &Services) -> String {
    let items: Vec<L4> = match &question.service {
        Some((word, _)) if known.contains_key(word) => return word.clone(),
        Some((_, items)) => items.clone(),
        None => vec![ends::usual_service(net, &question.from, &question.to, false)],
    };
    let same = known.iter().find(|(_, of)| **of == items).map(|(name, _)| name.clone());
    let written = || items.iter().map(|l4| super::service::word(*l4)).collect::<Vec<_>>().join(", ");
    same.unwrap_or_else(written)
}
