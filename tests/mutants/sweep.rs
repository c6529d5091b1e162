//! Every line of every generated file, changed a little in every way, sampled evenly among lines of one form.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::changes::{Change, Kind, changes, form, lines};
use crate::harmless::{DIALECTS, HARMLESS, Harmless, RARELY_HARMLESS, reason};
use crate::region::{Fate, Region, region, smaller_region};

/// One changed text.
#[derive(Debug, Clone)]
pub(crate) struct Mutant {
    pub(crate) dialect: &'static str,
    pub(crate) device: usize,
    pub(crate) file: String,
    /// From 0.
    pub(crate) line: usize,
    pub(crate) old: String,
    pub(crate) change: Change,
    /// The heading that the line stands under: a section, a chain, a block.
    pub(crate) under: String,
}

#[test]
fn every_small_change_of_a_generated_text_is_refused_or_harmless_for_a_stated_reason() {
    sweep(smaller_region(), 1, &[]);
}

/// A quarter of an hour: `cargo test --release --test mutants -- --ignored --nocapture`.
#[test]
#[ignore = "the same for every establishment and three lines of each form"]
fn every_small_change_of_the_whole_region_is_refused_or_harmless() {
    sweep(region(), 3, RARELY_HARMLESS);
}

/// Tries `samples` changes of one kind of lines of one form; the usual reasons and `rare` ones must each excuse some.
fn sweep(region: &Region, samples: usize, rare: &[Harmless]) {
    let mutants = sampled(all(region), samples);
    println!("{} changes of {} files", mutants.len(), region.outputs.iter().map(|o| o.files.len()).sum::<usize>());
    let fates = fates(region, &mutants);
    let mut score = Score::default();
    for (mutant, fate) in mutants.iter().zip(&fates) {
        score.count(region, mutant, fate);
    }
    score.print();
    let holes = &score.survivors;
    assert!(holes.is_empty(), "{} changes were proved:\n{}", holes.len(), holes.join("\n"));
    let excuses = HARMLESS.iter().chain(rare).map(|h| h.why);
    let unused: Vec<&str> = excuses.filter(|why| !score.reasons.contains_key(why)).collect();
    assert!(unused.is_empty(), "reasons that excuse nothing: {unused:?}");
}

/// The dialect that a file is written in.
fn dialect(file: &str) -> &'static str {
    let row = DIALECTS.iter().find(|(pattern, _)| match pattern.split_once('*') {
        Some((start, end)) => file.starts_with(start) && file.ends_with(end),
        None => file == *pattern,
    });
    row.unwrap_or_else(|| panic!("no dialect is known for {file}")).1
}

/// Every change of every line.
pub(crate) fn all(region: &Region) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (device, output) in region.outputs.iter().enumerate() {
        for (file, text) in &output.files {
            of_file(device, file, text, &mut all);
        }
    }
    all
}

fn of_file(device: usize, file: &str, text: &str, all: &mut Vec<Mutant>) {
    let dialect = dialect(file);
    let lines = lines(text);
    let mut under = String::new();
    for (line, old) in lines.iter().map(|line| line.text).enumerate() {
        if is_heading(old) {
            under = old.to_owned();
        }
        for change in changes(&lines, line) {
            let (file, under, old) = (file.to_owned(), under.clone(), old.to_owned());
            all.push(Mutant { dialect, device, file, line, old, change, under });
        }
    }
}

fn is_heading(line: &str) -> bool {
    let opens = line.trim_end().ends_with('{') && !line.contains('=');
    opens || line.starts_with('[') || ["vlan ", "interface ", "line "].iter().any(|start| line.starts_with(start))
}

/// Of the changes of one kind of lines of one form, a few, evenly.
pub(crate) fn sampled(all: Vec<Mutant>, samples: usize) -> Vec<Mutant> {
    let mut alike: BTreeMap<(&str, Kind, String, String), Vec<Mutant>> = BTreeMap::new();
    for mutant in all {
        let is_script = mutant.dialect == "apply.sh";
        let old = if is_script { String::new() } else { form(&mutant.old) };
        let new: Vec<String> = mutant.change.new.iter().filter(|_| !is_script).map(|n| form(n)).collect();
        let under = if mutant.dialect == "nftables" { String::new() } else { form(&mutant.under) };
        let key = (mutant.dialect, mutant.change.kind, old + "\n" + &under, new.join("\n"));
        alike.entry(key).or_default().push(mutant);
    }
    let mut kept = Vec::new();
    for group in alike.into_values() {
        let step = group.len().div_ceil(samples).max(1);
        kept.extend(group.into_iter().step_by(step));
    }
    kept
}

/// Proves each, on all processors.
fn fates(region: &Region, mutants: &[Mutant]) -> Vec<Fate> {
    let next = AtomicUsize::new(0);
    let fates = Mutex::new(vec![Fate::Proved; mutants.len()]);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = mutants.get(at) else { break };
            let fate = region.fate(mutant.device, &mutant.file, text(region, mutant));
            fates.lock().expect("no other worker panicked")[at] = fate;
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    fates.into_inner().expect("no worker panicked")
}

/// The whole file with the change.
pub(crate) fn text(region: &Region, mutant: &Mutant) -> String {
    let old = &region.outputs[mutant.device].files[&mutant.file];
    let mut lines: Vec<String> = old.lines().map(str::to_owned).collect();
    lines.splice(mutant.line..mutant.line + mutant.change.gone, mutant.change.new.iter().cloned());
    lines.join("\n") + "\n"
}

/// Counts by dialect.
#[derive(Default)]
struct Score {
    rows: BTreeMap<&'static str, [usize; 4]>,
    reasons: BTreeMap<&'static str, usize>,
    survivors: Vec<String>,
}

impl Score {
    fn count(&mut self, region: &Region, mutant: &Mutant, fate: &Fate) {
        let column = match fate {
            Fate::Refused(codes) if codes.iter().all(|c| c.starts_with("readback/")) => 0,
            Fate::Refused(_) => 1,
            Fate::Proved => match reason(mutant) {
                Some(why) => {
                    *self.reasons.entry(why).or_default() += 1;
                    2
                }
                None => 3,
            },
            Fate::Panicked => 3,
        };
        self.rows.entry(mutant.dialect).or_default()[column] += 1;
        if column == 3 {
            self.survivors.push(told(region, mutant, fate));
        }
    }

    fn print(&self) {
        println!("{:14} {:>8} {:>8} {:>8} {:>8}", "dialect", "reader", "proof", "harmless", "HOLES");
        for (dialect, [reader, proof, harmless, holes]) in &self.rows {
            println!("{dialect:14} {reader:8} {proof:8} {harmless:8} {holes:8}");
        }
        for (why, count) in &self.reasons {
            println!("harmless {count:6}  {why}");
        }
    }
}

/// A survivor in words.
fn told(region: &Region, mutant: &Mutant, fate: &Fate) -> String {
    let path = &region.outputs[mutant.device].path;
    let place = format!("{path}/{}:{}", mutant.file, mutant.line + 1);
    let word = if *fate == Fate::Panicked { "PANICKED" } else { "proved" };
    let Change { kind, new, .. } = &mutant.change;
    let new: Vec<&str> = new.iter().map(|n| n.trim()).collect();
    let (dialect, under, old) = (mutant.dialect, mutant.under.trim(), mutant.old.trim());
    format!("{word} [{dialect}] {place} {kind:?} under {under}\n  - {old}\n  + {}", new.join("\n  + "))
}
