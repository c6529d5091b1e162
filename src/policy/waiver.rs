//! `waivers.yaml`: the register of dated derogations.

use jiff::civil::Date;

use super::expr::Ends;
use super::model::Waiver;
use super::reader::{Field, Reader, StandIn};
use super::shape::{A_NAME, DATE, FLOW, Shape, Struct, TEXT, optional, required};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic};

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
    /// One entry.
    pub(crate) fn waiver(&mut self, field: Field<'_>) -> Option<Waiver> {
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
        self.signed_in_time(&waiver);
        Some(waiver)
    }

    /// A waiver opens from its signature on: neither does it begin before, nor end.
    fn signed_in_time(&mut self, waiver: &Waiver) {
        let signed = waiver.signed_on;
        let is_read = |date: At<Date>| date.value != Date::stand_in();
        let is_late = |date: At<Date>| is_read(date) && is_read(signed) && date.value < signed.value;
        let early = waiver.from.filter(|from| is_late(*from)).map(|from| (from, "begins"));
        match early.or_else(|| is_late(waiver.until).then_some((waiver.until, "ends"))) {
            Some((date, word)) => {
                let says = format!("this waiver {word} on `{}`, before its signature", date.value);
                let found = Diagnostic::new(&codes::SIGNED_LATE, date.span, says)
                    .other(signed.span, "signed on this day")
                    .help("a waiver opens nothing before its signature: correct one of the two dates");
                self.sink.push(found);
            }
            None => self.in_time_order(waiver.from, Some(waiver.until)),
        }
    }
}
