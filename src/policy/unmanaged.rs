//! `managed: no`: a school whose network is not ours to configure yet (Cible 1, "socle commun").
//!
//! Its file says who it is and which addresses are its own, so that nobody else gets them. Keys of a managed
//! establishment would be read and do nothing: each is an error.

use super::model::Unmanaged;
use super::reader::{Field, Fields, Reader};
use super::shape::{Key, Shape, optional};
use super::tree::{Kind, Node};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic};

/// `managed:`
pub(crate) const MANAGED: Key =
    optional("managed", Shape::Word(&["yes", "no"]), "`no`: its addresses are reserved, nothing is compiled or proved");

/// What such a file may say.
const KEYS: &[&str] = &["uai", "name", "managed", "block", "block6", "supervision", "exit"];

/// What every other one must say.
const WHEN_MANAGED: &[&str] = &["profile", "gateway"];

/// True when the file says `managed: no`.
pub(crate) fn is_unmanaged(root: Field<'_>) -> bool {
    let says_no = |node: &Node| matches!(&node.kind, Kind::Scalar(scalar) if scalar.text == "no");
    match &root.node.kind {
        Kind::Map(entries) => entries.iter().any(|e| e.key == "managed" && says_no(&e.value)),
        Kind::Scalar(_) | Kind::List(_) | Kind::Refused => false,
    }
}

impl Reader<'_> {
    /// The whole file.
    pub(crate) fn unmanaged(&mut self, root: Field<'_>) -> Option<Unmanaged> {
        let f = self.fields(root)?;
        self.nothing_else(&f);
        let block6 = match f.get("block6") {
            Some(field) => self.prefix6_or_none(field),
            None => At::new(None, f.place),
        };
        Some(Unmanaged {
            uai: self.required(&f, "uai", Self::uai),
            title: self.required(&f, "name", Self::text),
            block: self.required(&f, "block", Self::prefix4),
            block6,
            supervision: self.required(&f, "supervision", Self::address4),
            exit: self.optional(&f, "exit", Self::address4),
        })
    }

    fn nothing_else(&mut self, f: &Fields<'_>) {
        let idle = f.table.keys.iter().filter(|key| !KEYS.contains(&key.name));
        let idle: Vec<_> = idle.filter_map(|key| Some((key.name, f.key_place(key.name)?))).collect();
        for (key, place) in idle {
            let says = format!("`{key}` does nothing in an establishment that is not managed");
            let found = Diagnostic::new(&codes::CONTRADICTION, place, says);
            let found = f.key_place("managed").into_iter().fold(found, |d, m| d.other(m, "not managed"));
            self.sink.push(found.help("take it out; or take out `managed: no`, and everything is compiled and proved"));
        }
    }

    /// Keys that only an establishment without `managed: no` must have.
    pub(crate) fn when_managed(&mut self, f: &Fields<'_>) {
        for key in WHEN_MANAGED.iter().filter(|key| f.key_place(key).is_none()) {
            self.missing(f, key);
        }
    }
}
