//! The report for people: what is wrong first, each with its meaning, then one line that says how it ended.

use std::fmt::Write as _;

use super::disk::{DeviceState, Disk, FileState, State};
use super::gateway::{Foreign, Touch};
use super::live::Live;
use super::meaning::{Meaning, Unread};
use crate::diagnostics::{Colour, render_human};
use crate::diff::{Change, Kind, Way};

/// Files of one kind that are named before the others are counted.
const MOST_NAMED: usize = 8;

/// An output, without the closing line.
pub fn human_disk(found: &Disk, colour: Colour) -> String {
    let mut out = String::new();
    let stale: Vec<&FileState> = found.files.iter().filter(|file| file.state.is_stale()).collect();
    let others = found.files.iter().filter(|file| !file.state.is_stale());
    for file in others {
        let detail = if file.detail.is_empty() { String::new() } else { format!(", {}", file.detail) };
        let _ = writeln!(out, "{:<16} {}: {}{detail}", file.state.word(), file.path, says(file.state));
    }
    for device in &found.devices {
        of_device(&mut out, device, colour);
    }
    if !stale.is_empty() {
        out.push_str("the workspace has moved on since these files were written, which are as they were:\n");
        for file in stale.iter().take(MOST_NAMED) {
            let detail = if file.detail.is_empty() { String::new() } else { format!(", {}", file.detail) };
            let _ = writeln!(out, "{:<16} {}{detail}", file.state.word(), file.path);
        }
        if stale.len() > MOST_NAMED {
            let _ = writeln!(out, "{:<16} and {} more", "", stale.len() - MOST_NAMED);
        }
    }
    out
}

fn says(state: State) -> &'static str {
    match state {
        State::Missing => "it was written, and is gone",
        State::Added => "nothing here wrote it",
        State::Edited => "it is not what was written",
        State::EditedAndStale => "it is not what was written, and the workspace has moved on too",
        State::OtherRecord => "it is what the workspace gives, and the manifest says otherwise",
        State::Over => "it may not stand there any more",
        State::Odd => "it is no regular file",
        State::Stale | State::NoLonger | State::NotYet => "the workspace has moved on",
    }
}

fn of_device(out: &mut String, device: &DeviceState, colour: Colour) {
    for file in &device.unknown {
        let path = &device.path;
        let _ =
            writeln!(out, "{:<16} {path}/{file}: no reader knows it, so nobody knows what it does there", "unknown");
    }
    let name = &device.path;
    match &device.meaning {
        Meaning::Same => {
            let _ = writeln!(out, "{name} means the same: the texts differ in words alone");
        }
        meaning => {
            let _ = writeln!(out, "{name}, by hand:");
            of_meaning(out, meaning, colour);
        }
    }
}

/// What a device does otherwise, line by line.
fn of_meaning(out: &mut String, meaning: &Meaning, colour: Colour) {
    match meaning {
        Meaning::Same => {}
        Meaning::Changed { changes, apart } => {
            for change in changes {
                of_change(out, change);
            }
            for apart in apart {
                let hook = format!("{:?}", apart.hook).to_lowercase();
                let (yes, no) = if apart.second { ("now", "") } else { ("no longer", "") };
                let since = if apart.since == 0 { String::new() } else { format!(", from second {} on", apart.since) };
                let _ = writeln!(out, "  {yes} at {hook}{no}: {} {}{since}", apart.packet, apart.what);
            }
        }
        Meaning::Unread(unread) => of_unread(out, unread, colour),
        Meaning::Unclear(why) => {
            let _ = writeln!(out, "  it cannot be compared: {why}");
        }
    }
}

fn of_change(out: &mut String, change: &Change) {
    let when = change.during.as_ref().map(|during| format!(", {during}")).unwrap_or_default();
    let (opens, closes) = match change.kind {
        Kind::Packets => ("now permits", "no longer permits"),
        Kind::Translations => ("now translates", "no longer translates"),
        Kind::Requests => ("now lets through", "no longer lets through"),
        Kind::Frames => ("now has", "no longer has"),
        Kind::Selectors => ("now:", "no longer:"),
        Kind::Settings => ("now says", "no longer says"),
    };
    let verb = if change.way == Way::Opens { opens } else { closes };
    let _ = writeln!(out, "  {verb} {}{when}", rule(change));
    if let Some(example) = &change.example {
        let _ = writeln!(out, "    such as {example}");
    }
}

/// A change in words.
pub(super) fn rule(change: &Change) -> String {
    change.rule.clone()
}

fn of_unread(out: &mut String, unread: &Unread, colour: Colour) {
    out.push_str("  it holds what no reader knows, so nothing is said of its meaning\n");
    out.push_str(&render_human(&unread.found, &unread.sources, colour));
}

/// A dump, without the closing line.
pub fn human_live(found: &Live, colour: Colour) -> String {
    let mut out = String::new();
    for problem in &found.problems {
        let _ = writeln!(out, "  {problem}");
    }
    if let Some(meaning) = &found.meaning {
        of_meaning(&mut out, meaning, colour);
    }
    for foreign in &found.foreign {
        of_foreign(&mut out, foreign);
    }
    for aside in &found.aside {
        let _ = writeln!(out, "  {:<14}line {}, `{} …`: {}", "set aside", aside.line, aside.begins, aside.why);
    }
    for line in &found.compared {
        let _ = writeln!(out, "  {:<14}{line}", "compared");
    }
    for line in &found.not_compared {
        let _ = writeln!(out, "  {:<14}{line}", "not compared");
    }
    out
}

fn of_foreign(out: &mut String, foreign: &Foreign) {
    let touch = match &foreign.touch {
        Touch::Nothing => "hooks into nothing".to_owned(),
        Touch::OnlyDrops => format!("{}: it can only drop more", foreign.hooks.join(", ")),
        Touch::More(what) => what.join(", "),
    };
    let named = match (foreign.named, &foreign.touch) {
        (_, Touch::Nothing) => "",
        (true, Touch::OnlyDrops) => "; you named it",
        (true, Touch::More(_)) => "; you named it, and the proof is not of a device that has it",
        (false, _) => "; it is not ours, and nobody named it",
    };
    let _ = writeln!(out, "  {:<14}`{}` {touch}{named}", "foreign", foreign.table);
}
