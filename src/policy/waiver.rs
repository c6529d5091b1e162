//! `waivers.yaml`: the register of dated derogations.

use super::expr::Ends;
use super::model::Waiver;
use super::reader::{Field, Reader, StandIn};
use super::shape::{A_NAME, DATE, FLOW, Shape, Struct, TEXT, optional, required};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::policy as codes;

static SIGNED: Struct = Struct {
    title: "a signature",
    keys: &[required("by", Shape::Scalar(&TEXT), "who signed"), required("on", Shape::Scalar(&DATE), "when")],
};

static WAIVER: Struct = Struct {
    title: "a waiver",
    keys: &[
        required("waiver", A_NAME, "its number in the register"),
        required("opens", Shape::Scalar(&FLOW), "the flow it makes, and nothing else"),
        required("reason", Shape::Scalar(&TEXT), "why"),
        required("owner", Shape::Scalar(&TEXT), "who asked"),
        required("signed", Shape::Struct(&SIGNED), "who signed, and when"),
        optional("from", Shape::Scalar(&DATE), "its first day; from the signature on when left out"),
        required("until", Shape::Scalar(&DATE), "its last day, included"),
    ],
};

static A_WAIVER: Shape = Shape::Struct(&WAIVER);

/// The file: a list.
pub(crate) static REGISTER: Shape = Shape::List(&A_WAIVER);

impl Reader<'_> {
    /// The whole file; a register may be empty.
    pub(crate) fn register(&mut self, root: Field<'_>) -> Vec<Waiver> {
        if root.node.is_nothing() {
            return Vec::new();
        }
        self.list(root, Self::waiver).into_iter().flatten().collect()
    }

    fn waiver(&mut self, field: Field<'_>) -> Option<Waiver> {
        let f = self.fields(field)?;
        let opens = self.required_flow(&f, "opens", Ends::OfWaiver);
        let signed = f.get("signed").and_then(|s| self.fields(s));
        let id = self.required(&f, "waiver", Self::given_name);
        let reason = self.required(&f, "reason", Self::text);
        let owner = self.required(&f, "owner", Self::text);
        let from = self.optional(&f, "from", Self::date);
        let until = self.required(&f, "until", Self::date);
        let (opens, signed) = (opens?, signed?);
        let waiver = Waiver {
            id,
            opens,
            reason,
            owner,
            signed_by: self.required(&signed, "by", Self::text),
            signed_on: self.required(&signed, "on", Self::date),
            from,
            until,
        };
        self.in_time_order(Some(waiver.from.unwrap_or(waiver.signed_on)), Some(waiver.until));
        self.signed_first(&waiver);
        Some(waiver)
    }

    /// Tells a first day that comes before the signature: until then nobody had allowed it.
    fn signed_first(&mut self, waiver: &Waiver) {
        let Some(from) = waiver.from.filter(|from| from.value < waiver.signed_on.value) else { return };
        if from.value == StandIn::stand_in() {
            return;
        }
        let says = format!("the first day, `{}`, comes before the signature", from.value);
        let found = Diagnostic::new(&codes::BEFORE_SIGNATURE, from.span, says)
            .other(waiver.signed_on.span, "signed on this day")
            .help("leave `from` out: a waiver begins on the day of its signature");
        self.sink.push(found);
    }
}
