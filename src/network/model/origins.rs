//! Source lines that rules come from: each once, found by its place and by the id in generated comments.

use std::collections::BTreeMap;
use std::ops::Deref;

use super::{Origin, OriginId};
use crate::diagnostics::Span;

/// All of them, in the order they were met.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    all: Vec<Origin>,
    by_span: BTreeMap<Span, OriginId>,
    by_id: BTreeMap<String, OriginId>,
}

impl Origins {
    /// Adds one.
    pub fn push(&mut self, origin: Origin) -> OriginId {
        let number = OriginId(u32::try_from(self.all.len()).expect("fewer than 2^32 origins"));
        self.by_span.entry(origin.span).or_insert(number);
        self.by_id.entry(origin.id.clone()).or_insert(number);
        self.all.push(origin);
        number
    }

    /// The line at a place.
    pub fn at(&self, span: Span) -> Option<OriginId> {
        self.by_span.get(&span).copied()
    }

    /// The first line of that id.
    pub fn named(&self, id: &str) -> Option<OriginId> {
        self.by_id.get(id).copied()
    }
}

impl Deref for Origins {
    type Target = [Origin];

    fn deref(&self) -> &[Origin] {
        &self.all
    }
}
