//! Typed readers over the tree: each takes a node and gives a value, or a finding and a stand-in.
//!
//! Stand-ins let one run report everything; they never leave `load`, which gives no policy when anything was found.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::habits::without_zeros;
use super::model::{Name, Uai, VlanId};
use super::names;
use super::shape::{Shape, Struct};
use super::tree::{Entry, Kind, Node};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Code, Diagnostic, Sink, Span, nearest};

/// What is read in place of a value that was wrong; nothing is said about it again.
pub(crate) trait StandIn {
    /// Any value of the type.
    fn stand_in() -> Self;
}

macro_rules! stand_in {
    ($($type:ty => $value:expr;)*) => {
        $(impl StandIn for $type { fn stand_in() -> Self { $value } })*
    };
}

stand_in! {
    Name => Name::new(names::STAND_IN);
    Uai => Uai::new(names::STAND_IN);
    VlanId => VlanId::new(1).expect("1 is a VLAN number");
    String => String::new();
    Date => Date::ZERO;
    TimeZone => TimeZone::UTC;
    Ipv4Addr => Ipv4Addr::UNSPECIFIED;
    Ipv6Addr => Ipv6Addr::UNSPECIFIED;
    Ipv4Net => Ipv4Net::default();
    Ipv6Net => Ipv6Net::default();
    IpNet => IpNet::V4(Ipv4Net::default());
    u16 => 0;
    u32 => 0;
    bool => false;
}

/// A value to read: the node, what it takes and what it is called.
#[derive(Clone, Copy)]
pub(crate) struct Field<'t> {
    /// The key people see in messages.
    pub(crate) key: &'t str,
    /// Where that key, or the list's item, stands.
    pub(crate) place: Span,
    pub(crate) shape: &'static Shape,
    pub(crate) node: &'t Node,
    /// True when it is one item of the list under `key`.
    pub(crate) is_item: bool,
}

/// The entries of a map with fixed keys, already held against its table.
pub(crate) struct Fields<'t> {
    pub(crate) table: &'static Struct,
    entries: &'t [Entry],
    /// Where to tell what concerns the whole: the name above it, or its first key.
    pub(crate) place: Span,
}

impl<'t> Fields<'t> {
    /// The value of a key, when it is there.
    pub(crate) fn get(&self, key: &'static str) -> Option<Field<'t>> {
        let shape = &self.table.key(key)?.shape;
        let entry = self.entry(key)?;
        Some(Field { key, place: entry.key_span, shape, node: &entry.value, is_item: false })
    }

    /// Where a key was written.
    pub(crate) fn key_place(&self, key: &str) -> Option<Span> {
        self.entry(key).map(|e| e.key_span)
    }

    /// The entry of a key, or the unknown one that was probably meant to be it: that one is told where it stands, and
    /// what it holds is read all the same, so that nothing is told to be missing that is there.
    fn entry(&self, key: &str) -> Option<&'t Entry> {
        let known = || self.table.keys.iter().map(|k| k.name);
        let mut unknown = self.entries.iter().filter(|e| self.table.key(&e.key).is_none());
        let written = self.entries.iter().find(|e| e.key == key);
        written.or_else(|| unknown.find(|e| nearest(&e.key, known()) == Some(key)))
    }

    /// From the first key to the last value.
    pub(crate) fn whole(&self) -> Span {
        let end = self.entries.last().map_or(self.place.end, |e| e.value.span.end.max(e.key_span.end));
        let start = self.entries.first().map_or(self.place.start, |e| e.key_span.start);
        Span { source: self.place.source, start, end: end.max(start) }
    }
}

/// Reads the values of one file.
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) sink: &'a mut Sink,
}

impl Reader<'_> {
    /// Collects a finding.
    pub(crate) fn report(&mut self, code: &'static Code, span: Span, says: String, help: &str) {
        self.sink.push(Diagnostic::new(code, self.one_line(span), says).help(help));
    }

    /// A place cut at the end of its first line.
    pub(crate) fn one_line(&self, span: Span) -> Span {
        let body = &self.text[span.start..span.end];
        let length = body.find(['\n', '\r']).unwrap_or(body.len());
        Span { end: span.start + length, ..span }
    }

    /// Tells that a node is not what its key takes.
    pub(crate) fn wrong_type(&mut self, field: Field<'_>) {
        let (found, span) = match &field.node.kind {
            _ if field.node.is_nothing() => ("nothing".to_owned(), field.place),
            Kind::Scalar(scalar) => (format!("`{}`", scalar.text), field.node.span),
            Kind::List(_) => ("a list".to_owned(), field.node.span),
            Kind::Map(_) => ("a map".to_owned(), field.node.span),
            Kind::Refused => return,
        };
        let subject = if field.is_item { "each item of " } else { "" };
        let short = match field.shape {
            Shape::Struct(_) => "a map".to_owned(),
            other => other.takes(),
        };
        let says = format!("{subject}`{}` takes {short}, not {found}", field.key);
        let help = match &field.node.kind {
            Kind::Scalar(scalar) => without_zeros(&scalar.text),
            _ => None,
        };
        let help = help.unwrap_or_else(|| format!("write {}", field.shape.takes()));
        self.report(&codes::WRONG_TYPE, span, says, &help);
    }

    /// Reads a required key; a stand-in where it is missing, which [`Self::fields`] has told.
    pub(crate) fn required<T: StandIn>(
        &mut self,
        fields: &Fields<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Self, Field<'_>) -> At<T>,
    ) -> At<T> {
        match fields.get(key) {
            Some(field) => read(self, field),
            None => At::new(T::stand_in(), fields.place),
        }
    }

    /// Reads a key that may be left out.
    pub(crate) fn optional<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Self, Field<'_>) -> T,
    ) -> Option<T> {
        fields.get(key).map(|field| read(self, field))
    }

    /// Holds a map with fixed keys against its table.
    pub(crate) fn fields<'t>(&mut self, field: Field<'t>) -> Option<Fields<'t>> {
        self.fields_or(field, Self::unknown_key)
    }

    /// The same, with words of its own for a key that the table has not.
    pub(crate) fn fields_or<'t>(
        &mut self,
        field: Field<'t>,
        unknown: impl Fn(&mut Self, &'static Struct, &Entry),
    ) -> Option<Fields<'t>> {
        let Shape::Struct(table) = field.shape else {
            return None;
        };
        let Kind::Map(entries) = &field.node.kind else {
            self.wrong_type(field);
            return None;
        };
        let first = entries.first().map(|e| e.key_span);
        let place = if field.is_item { first.unwrap_or(field.place) } else { field.place };
        for entry in entries {
            if table.key(&entry.key).is_none() && entry.key != "<<" {
                unknown(self, table, entry);
            }
        }
        let fields = Fields { table, entries, place };
        self.missing_keys(&fields);
        Some(fields)
    }

    /// Tells a key that a table has not.
    pub(crate) fn unknown_key(&mut self, table: &'static Struct, entry: &Entry) {
        let known = table.keys.iter().map(|k| k.name);
        let found =
            Diagnostic::new(&codes::UNKNOWN_KEY, entry.key_span, format!("{} has no key `{}`", table.title, entry.key));
        self.sink.push(match nearest(&entry.key, known) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found.help(format!("its keys are {}", table.key_list())),
        });
    }

    fn missing_keys(&mut self, fields: &Fields<'_>) {
        for key in fields.table.keys.iter().filter(|k| k.is_required) {
            if fields.key_place(key.name).is_none() {
                self.missing(fields, key.name);
            }
        }
    }

    /// Tells that a key is missing.
    pub(crate) fn missing(&mut self, fields: &Fields<'_>, key: &str) {
        let Some(row) = fields.table.key(key) else {
            return;
        };
        let says = format!("{} needs `{key}`", fields.table.title);
        let help = format!("add `{key}:` with {} ({})", row.shape.takes(), row.says);
        let code = if key == "because" { &codes::MISSING_BECAUSE } else { &codes::MISSING_KEY };
        self.report(code, fields.place, says, &help);
    }

    /// A file that is one list of entries; it may be empty.
    pub(crate) fn register<T>(
        &mut self,
        root: Field<'_>,
        read: impl FnMut(&mut Self, Field<'_>) -> Option<T>,
    ) -> Vec<T> {
        if root.node.is_nothing() {
            return Vec::new();
        }
        self.list(root, read).into_iter().flatten().collect()
    }

    /// Reads every item of a list.
    pub(crate) fn list<T>(&mut self, field: Field<'_>, mut read: impl FnMut(&mut Self, Field<'_>) -> T) -> Vec<T> {
        let (Shape::List(shape), Kind::List(nodes)) = (field.shape, &field.node.kind) else {
            self.wrong_type(field);
            return Vec::new();
        };
        nodes
            .iter()
            .map(|node| {
                let item = Field { shape, node, place: node.span, is_item: true, ..field };
                read(self, item)
            })
            .collect()
    }

    /// Reads every entry of a map whose keys people choose.
    pub(crate) fn entries<T>(
        &mut self,
        field: Field<'_>,
        mut read: impl FnMut(&mut Self, At<&str>, Field<'_>) -> T,
    ) -> Vec<T> {
        let (Shape::Map(_, shape), Kind::Map(entries)) = (field.shape, &field.node.kind) else {
            self.wrong_type(field);
            return Vec::new();
        };
        entries
            .iter()
            .map(|entry| {
                let value = Field { key: &entry.key, place: entry.key_span, shape, node: &entry.value, is_item: false };
                read(self, At::new(entry.key.as_str(), entry.key_span), value)
            })
            .collect()
    }

    /// Reads a map from names.
    pub(crate) fn named<T>(
        &mut self,
        field: Field<'_>,
        mut read: impl FnMut(&mut Self, At<Name>, Field<'_>) -> Option<T>,
    ) -> BTreeMap<Name, T> {
        self.entries(field, |r, key, value| {
            let name = r.declared_name(key.value, key.span);
            Some((name.value.clone(), read(r, name, value)?))
        })
        .into_iter()
        .flatten()
        .collect()
    }

    /// Reads a scalar with a parser that says no more than yes or no.
    pub(crate) fn scalar<T: StandIn>(&mut self, field: Field<'_>, parse: impl FnOnce(&str) -> Option<T>) -> At<T> {
        let span = field.node.span;
        if let Kind::Scalar(scalar) = &field.node.kind
            && !field.node.is_nothing()
            && let Some(value) = parse(&scalar.text)
        {
            return At::new(value, span);
        }
        self.wrong_type(field);
        At::new(T::stand_in(), span)
    }

    /// The text of a scalar; None when it is none, which is told.
    pub(crate) fn written<'t>(&mut self, field: Field<'t>) -> Option<At<&'t str>> {
        match &field.node.kind {
            Kind::Scalar(scalar) if !field.node.is_nothing() => Some(At::new(scalar.text.as_str(), field.node.span)),
            _ => {
                self.wrong_type(field);
                None
            }
        }
    }

    /// The text of an expression: as [`Self::written`], without escapes or line breaks, so that its parts have places.
    pub(crate) fn expression<'t>(&mut self, field: Field<'t>) -> Option<At<&'t str>> {
        let written = self.written(field)?;
        if let Kind::Scalar(scalar) = &field.node.kind
            && !scalar.is_verbatim
        {
            self.report(
                &codes::NOT_ONE_LINE,
                written.span,
                "an expression stands on one line, without escapes".to_owned(),
                "write it on one line without quotes",
            );
            return None;
        }
        Some(written)
    }
}
