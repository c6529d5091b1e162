//! `etanche rules`: every code there is, and the page of each.

use clap::{Args, ValueEnum};
use etanche::diagnostics::catalogue::{self, Requirement};
use etanche::diagnostics::codes;

use super::exit::{Exit, Stop};
use super::output::Output;

/// List every rule, or show one rule's page: why, wrong, right, where it comes from.
///
/// Rules named `lint/...` are good practice: the policy may leave one unkept with `accepts:` and a reason. What a
/// theorem or a reader says cannot be silenced.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  etanche rules                              one line each
  etanche rules isolation/admin-pedagogic    its page
  etanche rules lint                         those of good practice
  etanche rules RES-CLOIS                    what decides this row of the PSSIE
  etanche rules S25                          what decides this requirement of the convention
  etanche rules --format markdown            every page, as a document")]
pub(crate) struct Arguments {
    /// The rule, as findings name it: `lint/direct-web`; or an area (`lint`), a theorem (`T2`), a row of the PSSIE, a requirement of the convention
    #[arg(value_name = "RULE")]
    which: Option<String>,
    /// Form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

/// Form of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON document, schema etanche.rules/1
    Json,
    /// A document
    Markdown,
}

/// Prints the catalogue, or a page of it.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    let rules = arguments.which.as_deref().map_or_else(codes::all, catalogue::asked);
    let required = arguments.which.as_deref().and_then(catalogue::requirement);
    let text = match (arguments.format, required, rules.as_slice()) {
        (_, None, []) => return Err(unknown(arguments.which.as_deref().unwrap_or_default())),
        (Format::Human, Some(required), several) => requirement(required) + &catalogue::list(several),
        (Format::Human, None, [one]) => catalogue::page(one),
        (Format::Human, None, several) => catalogue::list(several),
        (Format::Markdown, ..) => catalogue::markdown(&rules),
        (Format::Json, ..) => format!("{:#}\n", catalogue::json(&rules)),
    };
    output.answer(&text)?;
    Ok(Exit::Proved)
}

/// What the convention requires and what carries it, above the rules that do.
fn requirement(required: Requirement) -> String {
    let Requirement { stands_in, says, carried_by } = required;
    format!("{says} (convention, {stands_in})\ncarried by: {carried_by}\n\n")
}

fn unknown(name: &str) -> Stop {
    let help = match etanche::diagnostics::nearest(name, codes::all().into_iter().map(|code| code.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`etanche rules` lists them all; `etanche rules lint` those of good practice".to_owned(),
    };
    Stop::input(format!("there is no rule `{name}`")).help(help)
}
