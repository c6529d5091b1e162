//! `experiments.yaml`: the register of experiments (convention, art. 16): who asked, who agreed, until when, and the flows
//! that an establishment has for that time beside its own.

use super::expr::Ends;
use super::load::Draft;
use super::model::{Experiment, Flow};
use super::reader::{Field, Reader};
use super::shape::{A_NAME, DATE, FLOW, Shape, Struct, TEXT, UAI, optional, required};
use crate::diagnostics::codes::policy as codes;

static A_TEXT: Shape = Shape::Scalar(&TEXT);
static A_FLOW: Shape = Shape::Scalar(&FLOW);

static EXPERIMENT: Struct = Struct {
    title: "an experiment",
    keys: &[
        required("experiment", A_NAME, "its number in the register"),
        required("at", Shape::Scalar(&UAI), "the establishment that it takes place in"),
        required("title", A_TEXT, "what is tried: the reason of its flows"),
        required("owner", A_TEXT, "who asked"),
        required("parties", Shape::List(&A_TEXT), "who agreed: everybody that it touches"),
        optional("from", Shape::Scalar(&DATE), "its first day"),
        required("until", Shape::Scalar(&DATE), "its last day, included"),
        required("flows", Shape::List(&A_FLOW), "what it opens, as the establishment would write it"),
    ],
};

static AN_EXPERIMENT: Shape = Shape::Struct(&EXPERIMENT);

/// The file: a list.
pub(crate) static EXPERIMENTS: Shape = Shape::List(&AN_EXPERIMENT);

impl Reader<'_> {
    /// One entry.
    pub(crate) fn experiment(&mut self, field: Field<'_>) -> Option<Experiment> {
        let f = self.fields(field)?;
        let from = self.optional(&f, "from", Self::date);
        let until = self.required(&f, "until", Self::date);
        self.in_time_order(from, Some(until));
        let flows = f.get("flows").map(|flows| self.list(flows, |reader, flow| reader.flow(flow, Ends::OfSite)));
        let parties = f.get("parties").map(|parties| self.list(parties, Self::text)).unwrap_or_default();
        let id = self.required(&f, "experiment", Self::given_name);
        if let Some(list) = f.get("parties").filter(|_| parties.is_empty()) {
            let says = "an experiment to which nobody agreed".to_owned();
            self.report(
                &codes::MISSING_KEY,
                list.node.span,
                says,
                "name everybody that it touches (convention, art. 16)",
            );
        }
        Some(Experiment {
            id,
            at: self.required(&f, "at", Self::uai),
            title: self.required(&f, "title", Self::text),
            owner: self.required(&f, "owner", Self::text),
            parties,
            from,
            until,
            flows: flows.unwrap_or_default(),
        })
    }
}

/// Gives every establishment the flows of its experiments, so that they are checked, proved and told like its own.
pub(crate) fn place(draft: &mut Draft) {
    for experiment in &draft.experiments {
        if let Some(school) = draft.establishments.get_mut(&experiment.at.value) {
            school.parts.flows.extend(flows(experiment));
        }
    }
}

fn flows(experiment: &Experiment) -> impl Iterator<Item = Flow> + '_ {
    experiment.flows.iter().map(|flow| Flow {
        allow: flow.clone(),
        because: experiment.title.clone(),
        from: experiment.from,
        until: Some(experiment.until),
        at: None,
        auth: None,
        is_tried: true,
    })
}
