//! `etanche schema`: the JSON Schema of the policy files.

use etanche::policy;

use super::exit::{Exit, Stop};
use super::output::Output;

/// Prints the schema.
pub(crate) fn run(output: &Output) -> Result<Exit, Stop> {
    output.answer(&format!("{:#}\n", policy::schema()))?;
    Ok(Exit::Proved)
}
