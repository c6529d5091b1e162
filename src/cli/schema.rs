//! `etanche schema`: the JSON Schemas of the policy files, and of the answers that programs read.

use clap::{Args, ValueEnum};
use etanche::{diff, policy};

use super::exit::{Exit, Stop};
use super::output::Output;

/// Print a JSON Schema.
///
/// That of the policy files is for editors: completion, and mistakes while one types.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  etanche schema > policy.schema.json
  etanche schema diff > diff.schema.json")]
pub(crate) struct Arguments {
    /// Of what
    #[arg(default_value = "policy")]
    document: Document,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Document {
    /// The policy files
    Policy,
    /// The answer of `diff --format json`
    Diff,
}

/// Prints the schema.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    output.answer(&match arguments.document {
        Document::Policy => format!("{:#}\n", policy::schema()),
        Document::Diff => diff::SCHEMA.to_owned(),
    })?;
    Ok(Exit::Proved)
}
