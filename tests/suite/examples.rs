//! Every page's examples are true: there is a place in a workspace where the wrong one is told with its code, and where
//! the right one, in the same place, leaves nothing wrong.
//!
//! Places are looked for, not listed: after a line, in place of a line, in place of a value in it, below a key that is
//! already there, at the end of a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use etanche::diagnostics::{Code, Severity, Sink, Sources, codes};
use etanche::network::{self, Today};
use etanche::policy;

use crate::elsewhere::ELSEWHERE;
use crate::workspace::Workspace;

/// Areas that are decided before any text is made.
const AREAS: &[&str] = &["lint/", "network/", "policy/", "time/"];
/// The day that examples are read on.
const TODAY: &str = "2026-12-01";

/// Pages are tried side by side.
const WORKERS: usize = 2;

type Files = BTreeMap<String, String>;

/// Everything that is wrong with the examples.
pub(crate) fn problems(root: &Path) -> Vec<String> {
    let bases: Vec<Files> =
        ["bases/good", "bases/small", "../../policies"].iter().map(|b| Workspace::read(&root.join(b)).files).collect();
    let pages = codes::all().into_iter().filter(|code| AREAS.iter().any(|area| code.name.starts_with(area)));
    let pages: Vec<&Code> = pages.collect();
    let bases = &bases;
    std::thread::scope(|scope| {
        let parts = pages
            .chunks(pages.len().div_ceil(WORKERS))
            .map(|part| scope.spawn(move || part.iter().filter_map(|code| problem(code, bases)).collect::<Vec<_>>()));
        let workers: Vec<_> = parts.collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
    })
}

fn problem(code: &Code, bases: &[Files]) -> Option<String> {
    let is_excused = ELSEWHERE.iter().any(|(name, _)| *name == code.name);
    // Nearly every line of nearly every workspace is a place: an excuse is held against the smallest of them alone.
    let tried = if is_excused { &bases[..1] } else { bases };
    match (tried.iter().any(|base| is_true(code, base)), is_excused) {
        (true, true) => Some(format!("{}: its examples can be tried, and need no excuse", code.name)),
        (false, false) => {
            Some(format!("{}: no place where the wrong example is told and the right one is fine", code.name))
        }
        (true, false) | (false, true) => None,
    }
}

fn is_true(code: &Code, base: &Files) -> bool {
    if told(base).contains(code.name) {
        return false;
    }
    base.iter().any(|(path, text)| {
        let mut places = placed(text, code.wrong).into_iter().zip(placed(text, code.right));
        places.any(|(wrong, right)| {
            let (Some(wrong), Some(right)) = (wrong, right) else { return false };
            let is_told = told(&with(base, path, wrong)).contains(code.name);
            is_told && {
                let after = told(&with(base, path, right));
                !after.contains(code.name) && !after.contains("error")
            }
        })
    })
}

fn with(base: &Files, path: &str, text: String) -> Files {
    let mut files = base.clone();
    files.insert(path.to_owned(), text);
    files
}

/// Codes that are found before any text is made, and the word `error` when one is.
fn told(files: &Files) -> BTreeSet<String> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let policy = policy::load(files.clone().into_iter().collect(), "", &mut sources, &mut sink);
    if let Some(policy) = policy
        && let Some(net) = network::connect(&policy, &sources, &mut sink)
    {
        network::lint(&policy, &net, &mut sink);
        let today = Today::Day(TODAY.parse().expect("a day"));
        network::due(&policy, &net, today, &mut sink);
    }
    let errors = sink.iter().any(|d| d.severity == Severity::Error).then(|| "error".to_owned());
    sink.iter().map(|d| d.code.name.to_owned()).chain(errors).collect()
}

/// The text with an example in it, in every place that there is; None where it does not go.
fn placed(text: &str, example: &str) -> Vec<Option<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut all = vec![Some(format!("{text}{example}\n"))];
    for at in 0..lines.len() {
        all.push(Some(spliced(&lines, at, 1, example)));
        all.push((at + 2 <= lines.len()).then(|| spliced(&lines, at, 2, example)));
        all.push(Some(spliced(&lines, at + 1, 0, example)));
        all.push(in_value(&lines, at, example));
        all.push(below_key(&lines, at, example));
    }
    all
}

/// Some lines replaced by the example, at the depth of the line before or of the one replaced.
fn spliced(lines: &[&str], at: usize, gone: usize, example: &str) -> String {
    let near = lines.get(if gone == 0 { at.saturating_sub(1) } else { at }).copied().unwrap_or_default();
    let depth = near.len() - near.trim_start().len();
    let own = example.lines().map(|line| format!("{}{line}", " ".repeat(depth)));
    let before = lines[..at].iter().map(|l| (*l).to_owned());
    let after = lines[at + gone..].iter().map(|l| (*l).to_owned());
    before.chain(own).chain(after).collect::<Vec<_>>().join("\n") + "\n"
}

/// `key: value` inside a line replaced by the example, which has the same key.
fn in_value(lines: &[&str], at: usize, example: &str) -> Option<String> {
    let example = example.split("  #").next()?.trim_end();
    let (key, _) = example.split_once(": ").filter(|_| !example.contains('\n'))?;
    let start = lines[at].find(&format!("{key}: "))?;
    let rest = &lines[at][start..];
    let mut depth = 0;
    let end = rest.find(|c: char| {
        depth += i32::from(c == '[' || c == '{') - i32::from(c == ']' || c == '}');
        depth < 0 || depth == 0 && c == ','
    });
    let tail = end.map_or("", |end| &rest[end..]);
    let space = if tail.starts_with('}') { " " } else { "" };
    let line = format!("{}{example}{space}{tail}", &lines[at][..start]);
    let mut all: Vec<&str> = lines.to_vec();
    all[at] = &line;
    Some(all.join("\n") + "\n")
}

/// The rest of an example below its first key, where the file has that key already.
fn below_key(lines: &[&str], at: usize, example: &str) -> Option<String> {
    let (key, rest) = example.split_once('\n')?;
    let is_key = key.ends_with(':') && lines[at].split(" #").next().unwrap_or_default().trim() == key;
    let depth = lines[at].len() - lines[at].trim_start().len();
    let rest: Vec<String> = rest.lines().map(|line| format!("{}{line}", " ".repeat(depth))).collect();
    is_key.then(|| {
        let before = lines[..=at].iter().map(|l| (*l).to_owned());
        let after = lines[at + 1..].iter().map(|l| (*l).to_owned());
        before.chain(rest).chain(after).collect::<Vec<_>>().join("\n") + "\n"
    })
}
