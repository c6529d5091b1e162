//! The report for a comment on a merge request: a table of the sites, what opens in sight, the rest folded.

use std::fmt::Write as _;

use super::change::Way;
use super::class::Class;
use super::report::Report;
use super::summary::{Row, lines_of_plan, named, rows};
use super::text::FileReport;
use super::told::Told;

/// Most lines of text that differ, so that a forge takes the comment.
const MOST_LINES: usize = 400;

/// The report as a comment; with the lines of text that differ when they are asked for.
pub fn markdown(report: &Report, with_text: bool) -> String {
    let class = report.class();
    if class == Class::None && report.unread.is_empty() {
        return "### etanche: nothing changed\n".to_owned();
    }
    let mut out = format!("### etanche: {}\n\n", title(class));
    if class != Class::None {
        out.push_str("| class | sites | changes |\n|---|---|---|\n");
    }
    for Row { class, counts, sites } in rows(report) {
        let _ = writeln!(out, "| **{}** | {} | {counts} |", class.word(), named(&sites, "sites"));
    }
    for unread in &report.unread {
        let _ = writeln!(
            out,
            "\n**{}: its texts cannot be read**, so nothing is said of it: {}",
            unread.device,
            code(&unread.why.join("; "))
        );
    }
    let (settings, permits): (Vec<&Told>, Vec<&Told>) = report.told.iter().partition(|told| told.kind.is_setting());
    let (opens, closes): (Vec<&Told>, Vec<&Told>) = permits.into_iter().partition(|told| told.way == Way::Opens);
    section(&mut out, "Newly permitted", &opens, true);
    section(&mut out, "No longer permitted", &closes, false);
    section(&mut out, "Settings and routes", &settings, false);
    plan(&mut out, report);
    if with_text {
        texts(&mut out, report);
    }
    out
}

fn title(class: Class) -> String {
    let more = match class {
        Class::Architecture => ": topology, addressing or VPN, which the Region approves (convention, art. 13)",
        Class::None => " that can be read",
        Class::TextOnly => ": texts differ, and mean the same",
        _ => "",
    };
    format!("{class}{more}")
}

fn section(out: &mut String, title: &str, all: &[&Told], is_open: bool) {
    if all.is_empty() {
        return;
    }
    fold(out, &format!("{title}: {}", all.len()), is_open, |out| {
        out.push_str("| | rule | such as | where |\n|---|---|---|---|\n");
        for told in all {
            let when = told.during.as_ref().map(|during| format!(", {during}")).unwrap_or_default();
            let rule = code(&format!("{}{when}", told.rule()));
            let example = told.example.as_deref().map(code).unwrap_or_default();
            let sites: Vec<&str> = told.sites.iter().map(String::as_str).collect();
            let _ = writeln!(
                out,
                "| {} {} | {rule} | {example} | {} |",
                told.way.sign(),
                told.kind.word(),
                named(&sites, "sites")
            );
        }
    });
}

fn plan(out: &mut String, report: &Report) {
    let lines = lines_of_plan(report);
    if lines.is_empty() {
        return;
    }
    fold(out, "Topology and addressing", true, |out| {
        let lines: Vec<String> =
            lines.iter().map(|(way, part, line)| format!("{} {part} {line}", way.sign())).collect();
        fenced(out, &lines);
    });
}

fn texts(out: &mut String, report: &Report) {
    for device in &report.devices {
        fold(out, &format!("Text of {}", device.path), false, |out| {
            let mut lines: Vec<String> = device.files.iter().flat_map(text).collect();
            let more = lines.len().saturating_sub(MOST_LINES);
            lines.truncate(MOST_LINES);
            if more > 0 {
                lines.push(format!("{more} lines more"));
            }
            fenced(out, &lines);
        });
    }
}

fn text(file: &FileReport) -> Vec<String> {
    let [before, after] = [file.before, file.after].map(|is_there| if is_there { &*file.path } else { "/dev/null" });
    let head = [format!("--- {before}"), format!("+++ {after}")];
    let hunks = file.hunks.iter().flat_map(|hunk| std::iter::once(hunk.header.clone()).chain(hunk.lines.clone()));
    head.into_iter().chain(hunks).collect()
}

fn fold(out: &mut String, title: &str, is_open: bool, body: impl FnOnce(&mut String)) {
    let open = if is_open { " open" } else { "" };
    let _ = writeln!(out, "\n<details{open}><summary>{title}</summary>\n");
    body(out);
    out.push_str("\n</details>\n");
}

/// A fence that no line can close.
fn fenced(out: &mut String, lines: &[String]) {
    let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(out, "{fence}diff\n{}\n{fence}", lines.join("\n"));
}

/// Text as it is, in a cell of a table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|").replace(['\n', '\r'], " "))
}
