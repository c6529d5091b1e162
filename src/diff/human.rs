//! The report for a terminal: the class, each change once with an example, then a line a site.

use std::fmt::Write as _;

use super::class::Class;
use super::report::{Report, State};
use super::summary::{Row, lines_of_plan, named, rows};
use super::text::FileReport;
use super::told::Told;

/// The report as people read it; with the lines of text that differ when they are asked for.
pub fn human(report: &Report, with_text: bool) -> String {
    let mut out = String::new();
    for told in &report.told {
        line(&mut out, told);
    }
    plan(&mut out, report);
    for unread in &report.unread {
        let _ = writeln!(out, "? {:<12} its texts cannot be read: {}", unread.device, unread.why.join("; "));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    table(&mut out, report);
    if with_text {
        texts(&mut out, report);
    }
    out
}

fn line(out: &mut String, told: &Told) {
    let sign = told.way.sign();
    let when = told.during.as_ref().map(|during| format!(", {during}")).unwrap_or_default();
    let _ = writeln!(out, "{sign} {:<12} {}{when}", told.kind.word(), told.rule());
    if let Some(example) = &told.example {
        let _ = writeln!(out, "  {:<12} {example}", "such as");
    }
    let _ = writeln!(out, "  {:<12} {}", "at", places(told));
}

fn plan(out: &mut String, report: &Report) {
    for (way, part, line) in lines_of_plan(report) {
        let _ = writeln!(out, "{} {part:<12} {line}", way.sign());
    }
}

/// Sites when they are several, else devices.
fn places(told: &Told) -> String {
    let (names, what) = if told.sites.len() > 1 { (&told.sites, "sites") } else { (&told.devices, "devices") };
    named(&names.iter().map(String::as_str).collect::<Vec<_>>(), what)
}

fn table(out: &mut String, report: &Report) {
    for Row { class, counts, sites } in rows(report) {
        let _ = writeln!(out, "{:<15} {counts}: {}", class.word(), named(&sites, "sites"));
    }
    if report.class() == Class::None && report.unread.is_empty() {
        out.push_str("nothing changed\n");
    }
}

fn texts(out: &mut String, report: &Report) {
    for device in &report.devices {
        let what = match device.state {
            State::Added => " (new)",
            State::Removed => " (gone)",
            State::Changed => "",
        };
        let _ = writeln!(out, "\n{}{what}", device.path);
        for file in &device.files {
            text(out, file);
        }
    }
}

fn text(out: &mut String, file: &FileReport) {
    let what = match (file.before, file.after) {
        (false, _) => " (new)",
        (_, false) => " (gone)",
        _ => "",
    };
    let _ = writeln!(out, "{}{what}", file.path);
    for hunk in &file.hunks {
        let _ = writeln!(out, "{}", hunk.header);
        for line in &hunk.lines {
            let _ = writeln!(out, "{line}");
        }
    }
}
