//! nftables: the ruleset of a gateway, as it is written and as the kernel lists it.
//!
//! Takes `*.nft` files of a device, or the output of `TZ=UTC nft list ruleset`; gives a [`Filter`], or findings with
//! their spans. Total: a statement of nft that is not in the grammar is an error, and so is one whose meaning no set of
//! packets gives. It must not know the templates, nor what any rule is for.
//!
//! - `lexer`, `cursor` words and signs, and where the grammar stands; `names` nft's words for numbers, `reserved` those
//!   that name nothing
//! - `script` tables and the order of commands; `sets`, `chains`, `rules`, `actions`, `matches`, `values` the grammar
//! - `protocols` rules that contradict themselves; `overlap` elements that share a packet
//! - `checks` names, hooks and ambiguities, once everything is read
//! - `listing` the tables of a whole listing, other people's among them; `json` the same said by `nft -j`

mod actions;
mod chains;
mod checks;
pub mod codes;
mod cursor;
mod json;
mod lexer;
mod listing;
mod matches;
mod names;
mod overlap;
mod protocols;
mod reserved;
mod rules;
mod script;
mod sets;
mod values;

use crate::config::Filter;
use crate::config::filter::Key;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::dialects::helps::helped;

use super::{Dialect, File, Reading};
use cursor::Cursor;

pub use json::listing as listing_of_json;
pub use listing::{Hooked, Table, replaced, tables};

/// The row of this dialect.
pub static DIALECT: Dialect =
    Dialect { id: "nft", name: "nftables ruleset", claims: |path| path.ends_with(".nft"), read, codes: codes::ALL };

/// What kind of text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A file that `nft -f` loads: it replaces its table, and writes instants as seconds since 1970, for nft reads the
    /// quoted form in the loader's time zone.
    Script,
    /// The output of `TZ=UTC nft list ruleset`: one table, instants quoted, in UTC.
    Listing,
}

fn read(reading: &mut Reading<'_>) {
    for (nth, file) in reading.files.iter().enumerate() {
        if nth > 0 {
            let message = format!("a second ruleset: `{}` comes first", reading.files[0].path);
            let finding = Diagnostic::new(&codes::OTHER_TABLE, file.span(0, 0), message);
            reading.sink.push(finding);
        }
        reading.bundle.filter = ruleset(*file, Form::Script, reading.sink);
    }
}

/// Reads one ruleset. `None` when something could not be read: the findings say what.
pub fn ruleset(file: File<'_>, form: Form, sink: &mut Sink) -> Option<Filter> {
    let mut found = Sink::default();
    let (filter, places) = {
        let mut reader = Reader { c: Cursor::new(file, &mut found), form, places: Places::default() };
        (reader.script(), reader.places)
    };
    if !found.has_errors() {
        checks::check(&filter, &places, &mut found);
    }
    let readable = !found.has_errors();
    found.into_sorted().into_iter().map(helped).for_each(|finding| sink.push(finding));
    readable.then_some(filter)
}

/// The grammar's state.
struct Reader<'a, 's> {
    c: Cursor<'a, 's>,
    form: Form,
    places: Places,
}

/// Where things stand that are checked once everything is read, parallel to the filter's lists.
#[derive(Debug, Default)]
struct Places {
    sets: Vec<Span>,
    chains: Vec<Span>,
    rules: Vec<Vec<Span>>,
    jumps: Vec<(String, Span)>,
    lookups: Vec<Lookup>,
}

/// One use of a named set or map.
#[derive(Debug)]
struct Lookup {
    name: String,
    keys: Vec<Key>,
    is_map: bool,
    span: Span,
}
