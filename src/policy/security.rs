//! `security.yaml`: classes, what is kept apart, web filters, what may be delegated.

use super::accepts::ACCEPTS;
use super::kinds::KINDS;
use super::lengths;
use super::model::{Class, Name, Relay, Security, WebRule};
use super::reader::{Field, Reader};
use super::shape::{END, ISOLATE, MAY_START, MEET, NAME, NAMES, PUBLISH, Shape, Struct, TEXT, optional, required};
use crate::diagnostics::At;

static WEB_RULE: Struct = Struct {
    title: "a web filter",
    keys: &[
        required("for", NAMES, "classes whose zones it filters"),
        optional("deny", NAMES, "mandatory categories, never unblocked"),
        optional("filter", NAMES, "categories blocked unless an establishment unblocks them"),
        optional("only", NAMES, "white list: nothing else passes"),
        optional("else", Shape::Word(&["allow", "deny"]), "what happens without a match; `deny` when left out"),
    ],
};

static DELEGATION: Struct = Struct {
    title: "what is delegated",
    keys: &[
        optional("web", NAMES, "web filters an establishment may edit"),
        optional("narrow", NAMES, "classes whose flows an establishment may withdraw"),
    ],
};

static SOME_NAMES: Shape = NAMES;
static AN_ISOLATE: Shape = Shape::Scalar(&ISOLATE);
static A_MAY_START: Shape = Shape::Scalar(&MAY_START);
static A_MEET: Shape = Shape::Scalar(&MEET);
static A_PUBLISH: Shape = Shape::Scalar(&PUBLISH);
static A_TEXT: Shape = Shape::Scalar(&TEXT);
static A_WEB_RULE: Shape = Shape::Struct(&WEB_RULE);

/// The file.
pub(crate) static SECURITY: Struct = Struct {
    title: "the security policy",
    keys: &[
        required("classes", Shape::Map(&NAME, &SOME_NAMES), "every zone of establishments is in exactly one class"),
        required("isolate", Shape::List(&AN_ISOLATE), "classes between which no path exists, either way"),
        optional("may_start", Shape::List(&A_MAY_START), "centre zones allowed to open towards establishments"),
        optional(
            "meet",
            Shape::List(&A_MEET),
            "whom centre zones are for, where several establishments or classes may open to the same hosts",
        ),
        optional("publish", Shape::List(&A_PUBLISH), "what may answer the Internet, and with which authentication"),
        optional("relays", Shape::Map(&END, &A_TEXT), "zones that break the protocol, with what breaks it"),
        optional(
            "categories",
            Shape::Map(&NAME, &A_TEXT),
            "categories of web sites beside those of UT1, each with who keeps its list",
        ),
        required("web", Shape::Map(&NAME, &A_WEB_RULE), "which filter stands between a class and the Internet"),
        KINDS,
        ACCEPTS,
        optional("delegation", Shape::Struct(&DELEGATION), "what an establishment's own file may hold"),
    ],
};

impl Reader<'_> {
    /// The whole file.
    pub(crate) fn security(&mut self, root: Field<'_>) -> Option<Security> {
        let f = self.fields(root)?;
        let delegation = f.get("delegation").and_then(|d| self.fields(d));
        let mut delegated = |key| match &delegation {
            Some(d) => self.names(d, key),
            None => Vec::new(),
        };
        let (delegated_web, delegated_narrow) = (delegated("web"), delegated("narrow"));
        Some(Security {
            classes: self.map(&f, "classes", |r, name, field| {
                let zones = r.name_list(field);
                Some(Class { name, zones })
            }),
            isolate: self.items(&f, "isolate", Self::isolate),
            may_start: self.items(&f, "may_start", Self::may_start),
            meet: self.items(&f, "meet", Self::meet),
            publish: self.items(&f, "publish", Self::publish),
            relays: f.get("relays").map(|r| self.relays(r)).unwrap_or_default(),
            categories: self.map(&f, "categories", Self::category),
            web: self.map(&f, "web", Self::web_rule),
            kinds: f.get("kinds").map(|k| self.kinds(k)).unwrap_or_default(),
            accepts: self.accepts(&f),
            delegated_web,
            delegated_narrow,
        })
    }

    fn relays(&mut self, field: Field<'_>) -> Vec<Relay> {
        let found = self.entries(field, |r, key, value| {
            let zone = r.end_key(key);
            let breaks = r.text(value);
            zone.map(|zone| Relay { zone, breaks })
        });
        found.into_iter().flatten().collect()
    }

    fn category(&mut self, name: At<Name>, keeper: Field<'_>) -> Option<At<Name>> {
        self.within(&name, &lengths::CATEGORY);
        self.text(keeper);
        Some(name)
    }

    fn web_rule(&mut self, name: At<Name>, field: Field<'_>) -> Option<WebRule> {
        let f = self.fields(field)?;
        self.within(&name, &lengths::FILTER);
        let otherwise = self.optional(&f, "else", Self::word);
        let rule = WebRule {
            name,
            classes: self.names(&f, "for"),
            deny: self.names(&f, "deny"),
            filter: self.names(&f, "filter"),
            only: self.names(&f, "only"),
            otherwise_allow: otherwise.is_some_and(|w| w.value == "allow"),
            span: f.whole(),
        };
        for category in rule.deny.iter().chain(&rule.filter).chain(&rule.only) {
            self.within(category, &lengths::CATEGORY);
        }
        self.filter_keys(&rule, &f);
        Some(rule)
    }
}
