//! One YAML file as a tree of spanned nodes: what is written, before anybody says what it means.
//!
//! Takes a text; gives maps, lists and scalars with byte-exact spans. Refuses what the language leaves out of YAML
//! (anchors, aliases, merge keys, tags, several documents, keys said twice). Knows no key and no school.

use std::collections::BTreeMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, StructureStyle};

use super::characters;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{Diagnostic, Sink, SourceId, Span};

/// A node and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Quotes are left out when the text inside is what was written, byte for byte.
    pub(crate) span: Span,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// Something the language leaves out, told already.
    Refused,
}

/// A scalar's text.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// True when `text` is the bytes at the span: no escape, no line break.
    pub(crate) is_verbatim: bool,
    /// False between quotes.
    pub(crate) is_plain: bool,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Node {
    /// True for a value that is left out: `key:` with nothing after it, or `~`, or `null`.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(s) if s.is_plain && matches!(s.text.as_str(), "" | "~" | "null"))
    }
}

/// Reads a text; None when it cannot be read to the end, with the reason in the sink.
pub(crate) fn parse(source: SourceId, text: &str, sink: &mut Sink) -> Option<Node> {
    if !characters::check(source, text, sink) {
        return None;
    }
    let mut builder = Builder { source, text, sink, open: Vec::new(), root: None, documents: 0 };
    for event in Parser::new_from_str_with_options(text, options()) {
        match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                builder.syntax(&error);
                return None;
            }
        }
    }
    let whole = builder.span(0, 0);
    Some(builder.root.unwrap_or_else(|| nothing(whole)))
}

fn options() -> Options {
    let mut options = Options::default();
    options.disallow_directives = true;
    options.emit_comments = false;
    options.emit_unresolved_aliases = true;
    options.emit_anchor_events = true;
    options.flow_nesting_limit = 16;
    options.block_nesting_limit = 16;
    options
}

fn nothing(span: Span) -> Node {
    let scalar = Scalar { text: String::new(), is_verbatim: true, is_plain: true };
    Node { kind: Kind::Scalar(scalar), span }
}

/// A collection whose end has not come yet.
struct Open {
    start: usize,
    items: Items,
    is_flow: bool,
}

enum Items {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(String, Span)>, seen: BTreeMap<String, Span> },
}

struct Builder<'a> {
    source: SourceId,
    text: &'a str,
    sink: &'a mut Sink,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
}

impl Builder<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span { source: self.source, start, end: end.max(start) }
    }

    fn take(&mut self, event: Event<'_>, at: granit_parser::Span) {
        let start = at.start.byte_offset().unwrap_or(0);
        let end = at.end.byte_offset().unwrap_or(start).max(start);
        let place = self.span(start, end);
        self.refuse_tag(&event, &at);
        match event {
            Event::DocumentStart(..) => self.document(place),
            Event::Anchor(..) => self.feature(place, "an anchor"),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.feature(place, "an alias");
                self.add(Node { kind: Kind::Refused, span: place });
            }
            Event::Scalar(text, style, ..) => self.scalar(&text, style, place),
            Event::SequenceStart(style, ..) => self.begin(start, Items::List(Vec::new()), style),
            Event::MappingStart(style, ..) => self.begin(start, empty_map(), style),
            Event::SequenceEnd | Event::MappingEnd => self.finish(end),
            _ => {}
        }
    }

    fn refuse_tag(&mut self, event: &Event<'_>, at: &granit_parser::Span) {
        if event.tag().is_none() {
            return;
        }
        let place = at.tag_span().map_or(*at, |tag| tag);
        let start = place.start.byte_offset().unwrap_or(0);
        let end = place.end.byte_offset().unwrap_or(start);
        self.feature(self.span(start, end), "a tag");
    }

    fn document(&mut self, place: Span) {
        self.documents += 1;
        if self.documents > 1 {
            self.feature(place, "a second document");
        }
    }

    fn begin(&mut self, start: usize, items: Items, style: StructureStyle) {
        self.open.push(Open { start, items, is_flow: style == StructureStyle::Flow });
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, place: Span) {
        characters::check_decoded(text, place, self.sink);
        let quotes = usize::from(matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
        let inner = (place.start + quotes)..(place.end.saturating_sub(quotes));
        let is_verbatim = self.text.get(inner.clone()) == Some(text);
        let span = if is_verbatim { self.span(inner.start, inner.end) } else { place };
        let scalar = Scalar { text: text.to_owned(), is_verbatim, is_plain: style == ScalarStyle::Plain };
        self.add(Node { kind: Kind::Scalar(scalar), span });
    }

    fn finish(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let (kind, last) = match open.items {
            Items::List(nodes) => {
                let last = nodes.last().map(|n| n.span.end);
                (Kind::List(nodes), last)
            }
            Items::Map { entries, .. } => {
                let last = entries.last().map(|e| e.value.span.end.max(e.key_span.end));
                (Kind::Map(entries), last)
            }
        };
        let end = if open.is_flow { end } else { last.unwrap_or(open.start) };
        let span = self.span(open.start, end);
        self.add(Node { kind, span });
    }

    fn add(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        match &mut open.items {
            Items::List(nodes) => nodes.push(node),
            Items::Map { key, .. } if key.is_none() => self.key(node),
            Items::Map { entries, key, seen } => {
                let Some((key, key_span)) = key.take() else {
                    return;
                };
                if key.is_empty() {
                    return;
                }
                if let Some(first) = seen.get(&key) {
                    let found = twice(&key, key_span, *first);
                    self.sink.push(found);
                    return;
                }
                seen.insert(key.clone(), key_span);
                entries.push(Entry { key, key_span, value: node });
            }
        }
    }

    fn key(&mut self, node: Node) {
        let text = match node.kind {
            Kind::Scalar(scalar) => {
                if scalar.is_plain && scalar.text == "<<" {
                    self.feature(node.span, "a merge key");
                }
                if scalar.text.is_empty() {
                    self.feature(node.span, "an empty key");
                }
                scalar.text
            }
            Kind::List(_) | Kind::Map(_) | Kind::Refused => {
                self.feature(node.span, "a list or a map as a key");
                String::new()
            }
        };
        if let Some(Open { items: Items::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Some((text, node.span));
        }
    }

    fn feature(&mut self, place: Span, what: &str) {
        self.sink.push(
            Diagnostic::new(&codes::YAML_FEATURE, place, format!("{what} has no place in a policy file"))
                .help("write the value itself: what lycées share goes in their profile"),
        );
    }

    fn syntax(&mut self, error: &ScanError) {
        let mut start = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let end = self.text[start..].chars().next().filter(|c| *c != '\n').map_or(start, |c| start + c.len_utf8());
        let place = self.span(start, end);
        let says = error.kind().to_string().to_lowercase();
        let (says, help) = match self.text.get(start..end) {
            Some("*" | "&" | "!" | "@" | "`" | "%") => (
                format!("`{}` does not begin a value", &self.text[start..end]),
                "name things one by one; a text that begins so stands between quotes",
            ),
            _ => (
                format!("this is not YAML: {says}"),
                "look at the indentation, at a missing `:` and at unclosed quotes, `[` and `{` just before this place",
            ),
        };
        self.sink.push(Diagnostic::new(&codes::SYNTAX, place, says).help(help));
    }
}

fn empty_map() -> Items {
    Items::Map { entries: Vec::new(), key: None, seen: BTreeMap::new() }
}

fn twice(key: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&codes::DUPLICATE_KEY, span, format!("`{key}` is written twice in the same place"))
        .label("again here")
        .other(first, "first written here")
        .help("keep one of them, or join what they say")
}
