//! Lines of sessions: `line con 0`, `line vty FROM TO`.

use std::ops::RangeInclusive;

use super::lines::Line;
use super::{Draft, values};
use crate::diagnostics::codes::readback::READBACK_BAD_VALUE;

/// What remote sessions come over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// Nothing.
    None,
    /// SSH alone.
    Ssh,
    /// Telnet, with or without SSH.
    Telnet,
}

/// `transport input` and what each of its values lets in.
const TRANSPORTS: &[(&str, Transport)] = &[
    ("transport input all", Transport::Telnet),
    ("transport input none", Transport::None),
    ("transport input ssh", Transport::Ssh),
    ("transport input ssh telnet", Transport::Telnet),
    ("transport input telnet", Transport::Telnet),
    ("transport input telnet ssh", Transport::Telnet),
];

/// Statements that decide nothing here: who comes in is asked for a password, which is a named slot.
const FACTS: &[(&str, &str)] = &[
    ("the login", "login"),
    ("the login", "login local"),
    ("the log", "logging synchronous"),
    ("stop bits", "stopbits 1"),
    ("transport output", "transport output none"),
];

/// Statements that the model does not know.
const UNMODELLED: &[(&str, &str)] = &[
    ("access-class", "filters packets"),
    ("no login", "asks nobody for a password"),
    ("privilege", "gives rights to whoever comes in"),
    ("autocommand", "runs a command for whoever comes in"),
];

/// Reads one statement of `line con 0`.
pub(super) fn console(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    if !common(draft, line, "the console") {
        draft.unknown(line, UNMODELLED, FACTS.iter().map(|f| f.1));
    }
}

/// Reads one statement of `line vty FROM TO`.
pub(super) fn read(draft: &mut Draft<'_, '_>, line: &Line<'_>, numbers: RangeInclusive<u16>) {
    let who = format!("lines {} to {}", numbers.start(), numbers.end());
    let text = line.text();
    if let Some((_, transport)) = TRANSPORTS.iter().find(|(t, _)| *t == text) {
        if draft.first_time(format!("`transport input` of {who}"), line.span(&draft.file)) {
            draft.sessions.extend(numbers.map(|n| (n, *transport)));
        }
    } else if !common(draft, line, &who) {
        draft.unknown(line, UNMODELLED, FACTS.iter().map(|f| f.1).chain(TRANSPORTS.iter().map(|t| t.0)));
    }
}

/// What both kinds have: false when the statement is none of it.
fn common(draft: &mut Draft<'_, '_>, line: &Line<'_>, who: &str) -> bool {
    let text = line.text();
    if let Some((topic, _)) = FACTS.iter().find(|(_, fact)| *fact == text) {
        draft.first_time(format!("{topic} of {who}"), line.span(&draft.file));
        return true;
    }
    if !line.begins("exec-timeout") {
        return false;
    }
    let bounds = [35791, 59];
    match line.words.as_slice() {
        [_, words @ ..] if (1..=2).contains(&words.len()) => {
            let zero = words.iter().all(|w| w.text == "0");
            for (word, most) in words.iter().zip(bounds) {
                let read = values::between(word.text, 0, most);
                draft.value(*word, read);
            }
            if zero {
                let span = line.span(&draft.file);
                draft.refuse(&READBACK_BAD_VALUE, span, "a session that never ends");
            }
            draft.first_time(format!("`exec-timeout` of {who}"), line.span(&draft.file));
        }
        _ => draft.wrong_form(line, "exec-timeout MINUTES SECONDS"),
    }
    true
}
