//! Source lines that rules come from, with ids that survive re-ordering.

use sha2::{Digest, Sha256};

use super::model::{Network, Origin, OriginId};
use crate::diagnostics::{Sources, Span};
use crate::policy::rights::{self, Holder};

/// Adds the line at `span`; `because` is what its owner says of it.
pub(super) fn add(net: &mut Network, sources: &Sources, span: Span, because: &str) -> OriginId {
    if let Some(known) = net.origins.at(span) {
        return known;
    }
    let path = &sources.get(span.source).path;
    let origin = Origin {
        span,
        id: rule_id(path, sources.text(span)),
        cite: sources.cite(span),
        because: because.to_owned(),
        owner: owner(path),
    };
    net.origins.push(origin)
}

/// `r-` and eight hexadecimal digits of what the line says and of the file's name.
fn rule_id(path: &str, text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let file = path.rsplit('/').next().unwrap_or(path);
    let digest = Sha256::digest(format!("{file} {}", words.join(" ")));
    let hex: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
    format!("r-{hex}")
}

/// Who may change a file, by the word its first line says.
fn owner(path: &str) -> String {
    match rights::of_file(path) {
        Some((Holder::Establishment, school)) => school.to_owned(),
        Some((holder, _)) => holder.word().to_owned(),
        None => Holder::Operator.word().to_owned(),
    }
}
