//! The report in few lines: sites of which the same is told, lines of the plan, names of many sites.

use std::collections::BTreeMap;

use super::change::Way;
use super::class::Class;
use super::facts::Fact;
use super::report::{Report, SiteReport};

/// Most sites that are named where they are many.
const MOST_NAMED: usize = 6;

/// Sites of which the same is told.
pub(super) struct Row<'r> {
    /// What the change is to those who must approve it.
    pub(super) class: Class,
    /// `2 opened, 1 file`.
    pub(super) counts: String,
    /// Their names.
    pub(super) sites: Vec<&'r str>,
}

/// Every site, those of which the same is told as one.
pub(super) fn rows(report: &Report) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for site in &report.sites {
        let (class, counts) = (site.class, counts(site));
        match rows.iter_mut().find(|row| row.class == class && row.counts == counts) {
            Some(row) => row.sites.push(&site.name),
            None => rows.push(Row { class, counts, sites: vec![&site.name] }),
        }
    }
    rows
}

/// Texts that differ and change nothing are said to.
fn counts(site: &SiteReport) -> String {
    let mut words: Vec<String> = [(site.opens, "opened"), (site.closes, "closed")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let things = [(site.settings, "setting"), (site.facts, "line of the plan")];
    words.extend(things.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| plural(count, what)));
    if words.is_empty() {
        words.push("same meaning".to_owned());
    }
    if site.files > 0 {
        words.push(plural(site.files, "file"));
    }
    words.join(", ")
}

/// `1 file`, `2 files`, `3 lines of the plan`.
pub(super) fn plural(count: usize, what: &str) -> String {
    match (count, what.split_once(' ')) {
        (1, _) => format!("1 {what}"),
        (_, Some((first, rest))) => format!("{count} {first}s {rest}"),
        (_, None) => format!("{count} {what}s"),
    }
}

/// All names, or how many there are and the first of them.
pub(super) fn named(names: &[&str], what: &str) -> String {
    if names.len() <= MOST_NAMED + 1 {
        return names.join(", ");
    }
    let more = names.len() - MOST_NAMED;
    format!("{} {what}: {}, and {more} more", names.len(), names[..MOST_NAMED].join(", "))
}

/// Lines of topology and addressing; of a site that came or went, how many of each part.
pub(super) fn lines_of_plan(report: &Report) -> Vec<(Way, &str, String)> {
    let mut lines = Vec::new();
    for fact in &report.facts {
        let is_whole = |other: &&Fact| other.part == "sites" && other.site == fact.site;
        let whole: Vec<&Fact> = report.facts.iter().filter(is_whole).collect();
        match whole.as_slice() {
            [site] if *site == fact => {
                let own = report.facts.iter().filter(|other| other.site == fact.site && other.part != "sites");
                let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
                own.for_each(|other| *parts.entry(other.part.trim_end_matches('s')).or_default() += 1);
                let parts: Vec<String> = parts.into_iter().map(|(part, count)| plural(count, part)).collect();
                lines.push((fact.way, "site", format!("{}; {}", fact.line, parts.join(", "))));
            }
            [_] => {}
            _ => lines.push((fact.way, fact.part, fact.line.clone())),
        }
    }
    lines
}
