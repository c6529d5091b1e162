//! SMTP: from mail server to mail server.

use super::facts::{Facts, Opening};
use super::ports::SMTP;
use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{At, Diagnostic, Span};
use crate::network::model::End;
use crate::policy::Kind;

/// A flow on the port of servers whose ends are not both servers, or a server and the Internet.
pub(super) fn source(facts: &Facts) -> Vec<Diagnostic> {
    let smtp = facts.openings.iter().filter_map(|o| Some((o, o.on(SMTP)?)));
    smtp.filter_map(|(opening, place)| Some(told(place, stranger(facts, opening)?))).collect()
}

fn stranger<'o>(facts: &Facts, opening: &'o Opening) -> Option<&'o At<End>> {
    let is_server = |end: &At<End>| facts.is(Kind::Mail, &end.value);
    let is_outside = |end: &At<End>| matches!(end.value, End::Internet(_));
    let ends = [&opening.from, &opening.to];
    ends.into_iter().find(|end| !is_server(end) && !is_outside(end))
}

fn told(place: Span, end: &At<End>) -> Diagnostic {
    Diagnostic::new(&codes::MAIL_SOURCE, place, "SMTP with what is no mail server")
        .other(end.span, "not among `kinds: { mail: ... }`")
        .help("clients hand their mail over on tcp/587; a mail server is named by the security officer, under `kinds`")
}
