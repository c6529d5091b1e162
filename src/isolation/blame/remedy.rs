//! A cut in words: the lines to take away, and whether one of them is enough.

use std::collections::BTreeSet;

use super::Words;
use super::cut::{Cut, Piece};
use crate::diagnostics::Span;
use crate::isolation::reach::Means;

/// Most lines that are named.
const MOST_NAMED: usize = 6;

/// Lines as they are said, without which nothing leaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::isolation) enum Remedy {
    /// Each of these alone; the one that is shown first.
    AnyOf(Vec<String>),
    /// No line alone: all of these.
    AllOf(BTreeSet<String>),
    /// Not found within the bounds of the search.
    Unknown,
}

impl Remedy {
    /// What closes both a leak of one span of time and that of another.
    pub(in crate::isolation) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::AnyOf(a), Self::AnyOf(b)) => {
                let both: Vec<String> = a.iter().filter(|line| b.contains(line)).cloned().collect();
                if !both.is_empty() {
                    return Self::AnyOf(both);
                }
                Self::AllOf(a.into_iter().take(1).chain(b.into_iter().take(1)).collect())
            }
            (Self::AllOf(all), Self::AnyOf(any)) | (Self::AnyOf(any), Self::AllOf(all)) => {
                let is_closed = any.iter().any(|line| all.contains(line));
                Self::AllOf(all.into_iter().chain(any.into_iter().take(usize::from(!is_closed))).collect())
            }
            (Self::AllOf(a), Self::AllOf(b)) => Self::AllOf(a.into_iter().chain(b).collect()),
        }
    }

    /// What a finding stands for: lines that close all of it. None where none were found.
    pub(in crate::isolation) fn extent(&self) -> Option<Vec<String>> {
        let (how, lines): (_, Vec<&String>) = match self {
            Self::AnyOf(lines) => ("any of", lines.iter().collect()),
            Self::AllOf(lines) => ("all of", lines.iter().collect()),
            Self::Unknown => return None,
        };
        Some(lines.into_iter().map(|line| format!("closed without {how} {line}")).collect())
    }

    /// The note; None when the one line is that which is shown anyway.
    pub(in crate::isolation) fn note(&self, shown: &str) -> Option<String> {
        match self {
            Self::AnyOf(lines) => match &lines[..] {
                [one] if one.starts_with(&format!("{shown} ")) => None,
                [one] => Some(format!("it is closed without {one} alone")),
                _ => Some(format!("without any one of these it is closed: {}", listed(lines.iter()))),
            },
            Self::AllOf(lines) => Some(format!("no line alone closes it; these together do: {}", listed(lines.iter()))),
            Self::Unknown => Some("no few lines that close it were found: mend this one, then check again".to_owned()),
        }
    }
}

fn listed<'l>(lines: impl Iterator<Item = &'l String>) -> String {
    let lines: Vec<&str> = lines.map(String::as_str).collect();
    let more = lines.len().saturating_sub(MOST_NAMED);
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{rest}", lines[..lines.len() - more].join("; "))
}

impl Words<'_, '_> {
    /// A cut as it is said.
    pub(super) fn remedy(&self, cut: &Cut) -> Remedy {
        let said = |pieces: &[Piece]| pieces.iter().map(|piece| self.piece(*piece)).collect::<BTreeSet<_>>();
        match cut {
            Cut::AnyOf(pieces) => Remedy::AnyOf(said(pieces).into_iter().collect()),
            Cut::AllOf(pieces) => Remedy::AllOf(said(pieces)),
            Cut::Unknown => Remedy::Unknown,
        }
    }

    fn piece(&self, piece: Piece) -> String {
        let place = self.place(piece);
        let cite = self.sources.cite(place);
        let what = match piece {
            Piece::Line(_) => format!("`{}`", self.sources.text(place)),
            Piece::Machine(host) => format!("a foot of machine `{}`", self.net.hosts[host.index()].name),
            Piece::Frames(_) => "what joins them".to_owned(),
            Piece::Text(step) if matches!(self.graph.edges[step].means, Means::Claimed { .. }) => {
                "the selectors".to_owned()
            }
            Piece::Text(_) => "the text".to_owned(),
        };
        format!("{cite} ({what})")
    }

    /// Where a piece stands.
    pub(super) fn place(&self, piece: Piece) -> Span {
        match piece {
            Piece::Line(origin) => self.net.origin(origin).span,
            Piece::Machine(host) => self.net.hosts[host.index()].span,
            Piece::Frames(number) => self.frames[number].line.unwrap_or(self.frames[number].text),
            Piece::Text(step) => self.line(step).span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(lines: &[&str]) -> Remedy {
        Remedy::AnyOf(lines.iter().map(|l| (*l).to_owned()).collect())
    }

    fn all(lines: &[&str]) -> Remedy {
        Remedy::AllOf(lines.iter().map(|l| (*l).to_owned()).collect())
    }

    #[test]
    fn what_closes_two_spans_of_time_closes_each() {
        assert_eq!(any(&["a (x)", "b (x)"]).and(any(&["b (x)", "c (x)"])), any(&["b (x)"]));
        assert_eq!(any(&["a (x)"]).and(any(&["c (x)"])), all(&["a (x)", "c (x)"]));
        assert_eq!(all(&["a (x)", "b (x)"]).and(any(&["b (x)", "c (x)"])), all(&["a (x)", "b (x)"]));
        assert_eq!(any(&["c (x)"]).and(all(&["a (x)", "b (x)"])), all(&["a (x)", "b (x)", "c (x)"]));
        assert_eq!(any(&["a (x)"]).and(Remedy::Unknown), Remedy::Unknown);
    }

    #[test]
    fn the_line_that_is_shown_needs_no_note() {
        assert_eq!(any(&["p.yaml:4 (`a -> b`)"]).note("p.yaml:4"), None);
        assert!(Remedy::Unknown.note("p.yaml:4").is_some());
        assert!(any(&["p.yaml:41 (`a -> b`)"]).note("p.yaml:4").is_some());
        assert!(all(&["p.yaml:4 (`a -> b`)", "p.yaml:5 (`c -> d`)"]).note("p.yaml:4").is_some());
    }
}
