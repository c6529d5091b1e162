//! Characters that a policy file may not hold: control characters, and those that change the order or hide.
//!
//! Takes a text; says where such a character stands. What a reviewer sees must be what is read.

use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{Diagnostic, Sink, SourceId, Span};

/// True when the raw text holds none; each line's first one is told.
pub(crate) fn check(source: SourceId, text: &str, sink: &mut Sink) -> bool {
    let mut start = 0;
    let mut is_clean = true;
    for line in text.split_inclusive('\n') {
        let body = line.strip_suffix('\n').unwrap_or(line);
        let body = body.strip_suffix('\r').unwrap_or(body);
        if let Some((offset, found)) = body.char_indices().find(|(_, c)| is_refused(*c)) {
            is_clean = false;
            let span = Span { source, start: start + offset, end: start + offset + found.len_utf8() };
            sink.push(refuse(found, span));
        }
        start += line.len();
    }
    is_clean
}

/// The same for what an escape inside quotes stands for, and for a line break in a value.
pub(crate) fn check_decoded(text: &str, span: Span, sink: &mut Sink) {
    match text.chars().find(|c| is_refused(*c)) {
        Some('\n') => sink.push(
            Diagnostic::new(&codes::NOT_ONE_LINE, span, "this text holds a line break".to_owned())
                .help("write it on one line: comments of the generated rules are one line each"),
        ),
        Some(found) => sink.push(refuse(found, span)),
        None => {}
    }
}

fn refuse(found: char, span: Span) -> Diagnostic {
    let help = match found {
        '\t' => "use spaces",
        '\u{feff}' => "save the file as UTF-8 without a byte order mark",
        _ => "delete it: what people see must be what is read",
    };
    Diagnostic::new(
        &codes::CONTROL_CHARACTER,
        span,
        format!("the character U+{:04X} may not stand in a policy file", u32::from(found)),
    )
    .help(help)
}

fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{061c}' | '\u{feff}')
}
