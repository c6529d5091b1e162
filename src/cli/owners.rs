//! `etanche owners`: who may change what, the forge's file of owners, and which approvals a change still lacks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use etanche::pipeline::{self, Run};
use etanche::policy::rights::{self, Holder};
use etanche::policy::{Owners, Policy};
use etanche::rights::{Carried, Handles, Held, Share, TASKS, approvals, codeowners, first_difference};

use super::exit::{Exit, Stop};
use super::files;
use super::output::Output;
use super::report::{self, Outcome};
use super::words::table;

/// Print who may change what: a holder for each policy file, and the delegation matrix of the convention.
///
/// A file's merge is its holder's signature: a waiver is signed when the security officer's account approves the change of
/// waivers.yaml. The forge asks for these approvals by a file of owners, made and checked here from `owners:` in
/// region.yaml.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  etanche owners                                                 files, holders, tasks
  etanche owners --codeowners > CODEOWNERS                       for GitHub and GitLab
  etanche owners --check CODEOWNERS                              in CI: 1 when it says otherwise
  git diff --name-only --no-renames main... | xargs etanche owners --approved-by @exemple/rssi")]
pub(crate) struct Arguments {
    /// Paths of a change: who must approve each, and with `--approved-by` whether anybody lacks
    paths: Vec<String>,
    /// Print a file of owners
    #[arg(long, conflicts_with_all = ["paths", "check", "approved_by"])]
    codeowners: bool,
    /// Hold an existing file of owners against the policy
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "approved_by"])]
    check: Option<PathBuf>,
    /// An account that has approved; repeat it, or separate by commas
    #[arg(long, value_name = "HANDLE", value_delimiter = ',', requires = "paths")]
    approved_by: Vec<String>,
    /// Directory of the policy files [default: `policies/`, here or in the nearest folder above]
    #[arg(short, long, value_name = "DIR")]
    workspace: Option<PathBuf>,
}

/// Answers.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    let found = files::open(arguments.workspace.as_deref())?;
    let mut run = Run::default();
    let Some(policy) = pipeline::load(&found.workspace, &mut run) else {
        return report::tell_all(&Outcome::of(run, Duration::ZERO), output);
    };
    let wants_handles = arguments.codeowners || arguments.check.is_some() || !arguments.paths.is_empty();
    if !wants_handles {
        output.answer(&everything(&policy))?;
        return Ok(Exit::Proved);
    }
    let owners = owners(&policy, &found.workspace.root)?;
    let held = Held::of(Handles(owners), &found.below_top(), policy.establishments.keys());
    if !arguments.paths.is_empty() {
        return changed(&held, &arguments.paths, &arguments.approved_by, output);
    }
    let wanted = codeowners(&held);
    match &arguments.check {
        None => output.answer(&wanted).map(|()| Exit::Proved),
        Some(path) => check(path, &wanted, output),
    }
}

fn owners<'p>(policy: &'p Policy, root: &str) -> Result<&'p Owners, Stop> {
    policy.region.owners.as_ref().ok_or_else(|| {
        Stop::input(format!("{root}/region.yaml does not say who merges"))
            .help("add `owners:` with the accounts of `region`, `academy`, `operator` and `establishments`")
    })
}

/// Files with their holders, then the matrix.
fn everything(policy: &Policy) -> String {
    let handles = policy.region.owners.as_ref().map(Handles);
    let handle = |holder: Holder| handles.map_or(String::new(), |h| h.of(holder, "{uai}"));
    let files =
        rights::files().map(|f| [f.path.to_owned(), f.holder.word().to_owned(), handle(f.holder), f.says.to_owned()]);
    let share = |share: Share| match share {
        Share::No => "-",
        Share::Does => "x",
        Share::Partly(how) => how,
    };
    let tasks = TASKS.iter().map(|t| {
        let carried = match t.carried {
            Carried::By(what) => what.to_owned(),
            Carried::Nowhere(why) => format!("not in the language: {why}"),
        };
        let shares = [t.establishment, t.operator, t.academy].map(|s| share(s).to_owned());
        let [establishment, operator, academy] = shares;
        [t.task.to_owned(), establishment, operator, academy, t.right.to_owned(), carried]
    });
    let heads = ["task (convention, annexe I)", "establishment", "operator", "academy", "right", "written in"];
    format!(
        "{}\nA merge by a file's holder is its signature: a waiver is signed by the merge of waivers.yaml.\n\n{}",
        table(["file", "holder", "account", "holds"], files),
        table(heads, tasks)
    )
}

fn check(path: &Path, wanted: &str, output: &Output) -> Result<Exit, Stop> {
    let written = files::text(path)?;
    let shown = path.display();
    match first_difference(&written, wanted) {
        None => output.closing(Exit::Proved, &format!("{shown}: as the policy says")).map(|()| Exit::Proved),
        Some((line, right)) => {
            output.closing(Exit::Refused, &format!("{shown}:{line}: the policy says: {right}"))?;
            output.aside("`etanche owners --codeowners` prints what must stand at its end");
            Ok(Exit::Refused)
        }
    }
}

/// From the top of the repository, each folder once: another spelling would have another holder, or none.
fn is_as_git_names_it(path: &str) -> bool {
    let below = path.strip_prefix("./").unwrap_or(path);
    !path.starts_with('"') && below.split('/').all(|part| !["", ".", ".."].contains(&part))
}

/// Who must approve each path; refused while somebody named does not.
fn changed(held: &Held, paths: &[String], by: &[String], output: &Output) -> Result<Exit, Stop> {
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    if let Some(path) = paths.iter().find(|path| !is_as_git_names_it(path)) {
        return Err(Stop::input(format!("`{path}` is no path as `git diff --name-only` names one")).help(
            "write it from the top of the repository, such as `policies/waivers.yaml`: patterns hold for no other",
        ));
    }
    let needed = approvals(held, &paths, by);
    let asks = !by.is_empty();
    let lacks = needed.values().flatten().filter(|(_, is_given)| !is_given).count();
    let rows = needed.into_iter().map(|(path, needs)| match needs {
        None => [path.to_owned(), "-".to_owned(), "no policy file".to_owned()],
        Some((handle, is_given)) => {
            let says = if is_given {
                "approved"
            } else if asks {
                "lacks its holder's approval"
            } else {
                "must approve"
            };
            [path.to_owned(), handle, says.to_owned()]
        }
    });
    output.answer(&table(["file", "account", "approval"], rows))?;
    Ok(if asks && lacks > 0 { Exit::Refused } else { Exit::Proved })
}
