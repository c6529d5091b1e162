//! The report for people: what is wrong first, each with its meaning, then one line that says how it ended.

use std::fmt::Write as _;

use super::disk::{DeviceState, Disk, FileState, State};
use super::gateway::{Foreign, Touch};
use super::live::Live;
use super::meaning::{Meaning, Unread};
use crate::diagnostics::{Colour, render_human};
use crate::diff::{Kind, Told, Way, gathered};

/// Files of one kind that are named before the others are counted.
const MOST_NAMED: usize = 8;

/// Findings of one text that are shown before the others are counted.
const MOST_FOUND: usize = 4;

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
        State::Added => "nothing of ours wrote it, and the device would read it",
        State::Edited => "it is not what was written",
        State::EditedAndStale => "it is not what was written, and the workspace has moved on too",
        State::OtherRecord => "it is what the workspace gives, and the manifest says otherwise",
        State::Over => "it may not stand there any more",
        State::Odd => "it is no regular file",
        State::Stale | State::NoLonger | State::NotYet => "the workspace has moved on",
    }
}

fn of_device(out: &mut String, device: &DeviceState, colour: Colour) {
    let name = &device.path;
    for file in &device.unknown {
        let _ =
            writeln!(out, "{:<16} {name}/{file}: no reader knows it, so nobody knows what it does there", "unknown");
    }
    match (&device.meaning, device.unknown.is_empty()) {
        (Meaning::Same, true) => {
            let _ = writeln!(out, "{name} means the same: the texts differ in words alone");
        }
        (Meaning::Same, false) => {
            let _ = writeln!(out, "{name}, but for what nobody knows, means the same");
        }
        (meaning, _) => {
            let _ = writeln!(out, "{name}, by hand:");
            of_meaning(out, meaning, colour);
        }
    }
    match &device.without_added {
        None => {}
        Some(Meaning::Same) => {
            let _ = writeln!(out, "  without what was added it means the same");
        }
        Some(meaning) => {
            let _ = writeln!(out, "  without what was added:");
            of_meaning(out, meaning, colour);
        }
    }
}

/// What a device does otherwise, line by line.
fn of_meaning(out: &mut String, meaning: &Meaning, colour: Colour) {
    match meaning {
        Meaning::Same => {}
        Meaning::Changed { changes, apart, besides } => {
            let device = changes.first().map(|change| change.device.clone()).unwrap_or_default();
            for told in gathered(&device, changes.clone()) {
                of_change(out, &told);
            }
            for line in besides {
                let _ = writeln!(out, "  {line}");
            }
            for apart in apart {
                let hook = format!("{:?}", apart.hook).to_lowercase();
                let when = if apart.second { "now" } else { "no longer" };
                let since = if apart.since == 0 { String::new() } else { format!(", from second {} on", apart.since) };
                let _ = writeln!(out, "  {when}, at {hook}: {} {}{since}", apart.packet, apart.what);
            }
        }
        Meaning::Unread(unread) => of_unread(out, unread, colour),
        Meaning::Unclear(why) => {
            let _ = writeln!(out, "  it cannot be compared: {why}");
        }
    }
}

fn of_change(out: &mut String, told: &Told) {
    let when = told.during.as_ref().map(|during| format!(", {during}")).unwrap_or_default();
    let (opens, closes) = match told.kind {
        Kind::Packets => ("now permits", "no longer permits"),
        Kind::Translations => ("now translates", "no longer translates"),
        Kind::Requests => ("now lets through", "no longer lets through"),
        Kind::Browsers => ("browsers now go", "browsers no longer go"),
        Kind::Frames => ("now has", "no longer has"),
        Kind::Selectors => ("a tunnel now carries", "no tunnel carries"),
        Kind::Devices | Kind::Routes => ("now:", "no longer:"),
        Kind::Settings => ("now says", "no longer says"),
    };
    let verb = match told.way {
        Way::Opens => opens,
        Way::Closes => closes,
        Way::Alters => "changed:",
    };
    let _ = writeln!(out, "  {verb} {}{when}", told.rule());
    if let Some(example) = &told.example {
        let _ = writeln!(out, "    such as {example}");
    }
}

fn of_unread(out: &mut String, unread: &Unread, colour: Colour) {
    out.push_str("  it holds what no reader knows, so nothing is said of its meaning\n");
    let shown = unread.found.len().min(MOST_FOUND);
    out.push_str(&render_human(&unread.found[..shown], &unread.sources, colour));
    if shown < unread.found.len() {
        let _ = writeln!(out, "  and {} findings more", unread.found.len() - shown);
    }
}

/// A dump, without the closing line.
pub fn human_live(found: &Live, colour: Colour) -> String {
    let mut out = format!("{}, by `{}`:\n", found.device, found.form);
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
