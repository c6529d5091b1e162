//! The command line: one file a subcommand, no logic.
//!
//! Reads the workspace, asks the library, prints the answer on standard output and the talk on standard error, and
//! turns what happened into an exit code. Nothing else in the program prints or reads files.

mod check;
mod compile;
mod day;
mod diff;
mod exit;
mod explain;
mod files;
mod graph;
mod output;
mod owners;
mod permit;
mod progress;
mod report;
mod revision;
mod rules;
mod schema;
mod side;
mod url;
mod verify;
mod words;

use clap::{ColorChoice, Parser, Subcommand};
use etanche::network::Network;
use etanche::policy::{L4, Policy};

use exit::{Exit, Stop};
use output::Output;

/// Firewall, VPN, proxy, switch and host configurations of schools, from one policy, written only once they are proved.
///
/// etanche reads a workspace of policy files, works out every device's configuration, reads that text back with readers
/// that share nothing with what wrote it, and proves on it that nothing leaks. Without a proof nothing is written.
#[derive(Debug, Parser)]
#[command(name = "etanche", version, max_term_width = 100, after_long_help = AFTER)]
struct Arguments {
    /// Colours: on a terminal only (auto, which honours NO_COLOR), always, never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Compile(compile::Arguments),
    Diff(diff::Arguments),
    Verify(verify::Arguments),
    Explain(explain::Arguments),
    Graph(graph::Arguments),
    Rules(rules::Arguments),
    Owners(owners::Arguments),
    Schema(schema::Arguments),
}

const AFTER: &str = "\
Exit codes:
  0  everything is proved, or the question is answered; warnings alone do not change that
  1  a theorem, a rule or the reading back fails
  2  what was asked or what the policy says makes no sense: usage, unknown names, policy errors
  3  something outside fails: a file that cannot be read or written

Examples:
  etanche check                                      prove, and write nothing
  etanche compile                                    prove, then write out/
  etanche explain 0000001B.pedago csm.pupils proxy   why, or why not
";

/// Runs the command that was asked for.
pub(crate) fn main() -> std::process::ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(asked) => return usage(&asked).into(),
    };
    let output = Output::new(arguments.color);
    let done = dispatch(&arguments.command, &output);
    done.unwrap_or_else(|stop| output.stopped(&stop)).into()
}

fn dispatch(command: &Command, output: &Output) -> Result<Exit, Stop> {
    match command {
        Command::Check(arguments) => check::run(arguments, output),
        Command::Compile(arguments) => compile::run(arguments, output),
        Command::Diff(arguments) => diff::run(arguments, output),
        Command::Verify(arguments) => verify::run(arguments, output),
        Command::Explain(arguments) => explain::run(arguments, output),
        Command::Graph(arguments) => graph::run(arguments, output),
        Command::Rules(arguments) => rules::run(arguments, output),
        Command::Owners(arguments) => owners::run(arguments, output),
        Command::Schema(arguments) => schema::run(arguments, output),
    }
}

/// Help and version were asked for; anything else is a mistake.
fn usage(asked: &clap::Error) -> Exit {
    match (asked.print(), asked.use_stderr()) {
        (Err(error), _) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Environment,
        (_, true) => Exit::Input,
        (_, false) => Exit::Proved,
    }
}

/// The person named a site that does not exist, or is not managed.
fn unknown_site(net: &Network, name: &str) -> Stop {
    let why = etanche::explain::no_site(net, name);
    Stop::input(why.message).help(why.help)
}

/// Named services of a policy, each with its items.
fn services(policy: &Policy) -> std::collections::BTreeMap<String, Vec<L4>> {
    let items = policy.services.iter();
    items.map(|(name, service)| (name.to_string(), service.items.iter().map(|i| i.value).collect())).collect()
}
