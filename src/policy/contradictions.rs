//! Keys that cannot stand beside each other: one of the two would be ignored, and nobody would know which.

use super::model::{Name, WebRule};
use super::reader::{Fields, Reader};
use super::tree::Kind;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Span};

/// Two keys of one map, and why not both.
struct Pair {
    keys: [&'static str; 2],
    says: &'static str,
    help: &'static str,
}

/// Of a zone.
const ZONE: &[Pair] = &[
    Pair {
        keys: ["private", "devices"],
        says: "a private zone cannot be the zone of devices",
        help: "devices are reached through tunnels, where a private range never is: give them a zone of the block",
    },
    Pair {
        keys: ["private", "at"],
        says: "a private zone has no place in the block",
        help: "take out `at`: each establishment gives the range with `ipv4`; or take out `private`",
    },
    Pair {
        keys: ["private", "ipv6"],
        says: "a private zone has no IPv6",
        help: "take out `ipv6`; or take out `private`, and give the zone a place in the block",
    },
    Pair {
        keys: ["at", "ipv4"],
        says: "a zone has one range: `at` and `ipv4` both give one",
        help: "keep `at`, an offset in the block",
    },
];

impl Reader<'_> {
    /// Keys of a zone that exclude each other.
    pub(crate) fn zone_keys(&mut self, zone: &Fields<'_>) {
        for pair in ZONE {
            let [first, second] = pair.keys.map(|key| said(zone, key));
            if let (Some(first), Some(second)) = (first, second) {
                let found = Diagnostic::new(&codes::CONTRADICTION, second, pair.says.to_owned())
                    .other(first, format!("beside this `{}`", pair.keys[0]))
                    .help(pair.help);
                self.sink.push(found);
            }
        }
    }

    /// What a web filter says about one category, and about everything else.
    pub(crate) fn filter_keys(&mut self, rule: &WebRule, keys: &Fields<'_>) {
        let lists = [("deny", &rule.deny), ("filter", &rule.filter), ("only", &rule.only)];
        for (i, (second, names)) in lists.iter().enumerate() {
            for (first, before) in &lists[..i] {
                self.in_both((first, before), (second, names));
            }
        }
        let otherwise = keys.key_place("else").filter(|_| rule.otherwise_allow);
        match (otherwise, rule.only.first()) {
            (Some(place), Some(_)) => self.open_white_list(place, keys.key_place("only")),
            (Some(place), None) if rule.deny.is_empty() => self.denies_nothing(place),
            _ => {}
        }
    }

    fn in_both(&mut self, first: (&str, &[At<Name>]), second: (&str, &[At<Name>])) {
        for name in second.1 {
            let Some(before) = first.1.iter().find(|n| n.value == name.value) else { continue };
            let says = format!("category `{}` is in `{}` and in `{}`", name.value, first.0, second.0);
            let found = Diagnostic::new(&codes::CONTRADICTION, name.span, says)
                .other(before.span, "first listed here")
                .help("keep it in one: what happens to a category is said once");
            self.sink.push(found);
        }
    }

    fn open_white_list(&mut self, place: Span, only: Option<Span>) {
        let says = "`only` lets nothing else pass, and `else: allow` lets everything".to_owned();
        let mut found = Diagnostic::new(&codes::CONTRADICTION, place, says)
            .help("take out `else`, or write `deny:` in place of `only:`");
        if let Some(only) = only {
            found = found.other(only, "the white list");
        }
        self.sink.push(found);
    }

    fn denies_nothing(&mut self, place: Span) {
        let says = "this filter denies nothing that must be denied".to_owned();
        let help = "list its mandatory categories: `deny: [malware, phishing]`; or take out `else: allow`";
        self.report(&codes::CONTRADICTION, place, says, help);
    }
}

/// Where a key is written; a flag only when it is raised.
fn said(fields: &Fields<'_>, key: &'static str) -> Option<Span> {
    let field = fields.get(key)?;
    let is_lowered = matches!(&field.node.kind, Kind::Scalar(s) if s.text == "false");
    fields.key_place(key).filter(|_| !is_lowered)
}
