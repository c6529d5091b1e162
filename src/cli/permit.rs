//! What would permit a pair that is closed, and what would become of it: the line is written into a copy of the workspace, and
//! the whole pipeline runs on that. Nothing is foretold that was not tried.

use std::collections::BTreeSet;

use etanche::diagnostics::{Diagnostic, Severity};
use etanche::explain::{self, Question, Services};
use etanche::network::{End, Network};
use etanche::pipeline::{Options, Workspace};
use etanche::policy::rights;

use super::check;
use super::explain as asking;
use super::report::Outcome;

/// A waiver is tried for one day: every span of time is proved, and one is enough to see what refuses.
const ONE_DAY: &str = "2030-01-02";

/// A workspace that was asked about, and what was found in it.
pub(crate) struct Asked<'a> {
    /// Its texts.
    pub(crate) workspace: &'a Workspace,
    /// What the run found.
    pub(crate) outcome: &'a Outcome,
    /// Its network.
    pub(crate) net: &'a Network,
    /// Who, to whom, on what.
    pub(crate) question: &'a Question,
    /// Named services.
    pub(crate) known: &'a Services,
}

/// What a change of the workspace does.
struct Tried {
    /// It opens what was asked for.
    opens: bool,
    /// Everything is proved.
    is_proved: bool,
    /// Errors that the workspace did not have.
    errors: Vec<Diagnostic>,
    /// Warnings likewise.
    warnings: Vec<Diagnostic>,
}

impl Asked<'_> {
    /// Lines for the end of the answer.
    pub(crate) fn told(&self) -> String {
        if let (End::Internet(_), End::Zone(_) | End::Host(_)) = (&self.question.from, &self.question.to) {
            let says =
                "only what is published answers the Internet: a line with `at:` and `auth:`, as `publish:` lets it";
            return format!("permit   {says}\n");
        }
        let mut out = String::new();
        let line = explain::permitting(self.net, self.question, self.known);
        let mut refuses = line.is_none();
        if let Some(line) = line {
            let name = self.net.site(line.site).name.as_str();
            let Some((path, tried)) = self.with_flow(name, &line.allow) else { return out };
            out.push_str(&format!("permit   {}  - allow: {}\ntried    {}\n", whose(&path), line.allow, tried.said()));
            refuses = tried.is_refused_by_the_proof();
        }
        if refuses && let Some(opens) = explain::waiving(self.net, self.question, self.known) {
            let (path, tried) = self.with_waiver(&opens);
            out.push_str(&format!("waiver   {}  opens: {opens}\ntried    for a day: {}\n", whose(&path), tried.said()));
        }
        out
    }

    /// The flow as one line more of the site's own file.
    fn with_flow(&self, site: &str, allow: &str) -> Option<(String, Tried)> {
        let root = &self.workspace.root;
        let paths = ["establishments", "centre"].map(|folder| format!("{root}/{folder}/{site}.yaml"));
        let mut changed = self.workspace.clone();
        let (path, text) = changed.policy.iter_mut().find(|(path, _)| paths.contains(path))?;
        *text = with_line(text, allow)?;
        let path = path.clone();
        Some((path, self.tried(&changed)))
    }

    /// The flow as one more entry of the register.
    fn with_waiver(&self, opens: &str) -> (String, Tried) {
        let path = format!("{}/waivers.yaml", self.workspace.root);
        let entry = format!(
            "- waiver: D-tried\n  opens: {opens}\n  reason: tried\n  owner: tried\n  signed: {{ by: tried, on: {ONE_DAY} }}\n  \
             until: {ONE_DAY}\n"
        );
        let mut changed = self.workspace.clone();
        match changed.policy.iter_mut().find(|(known, _)| *known == path) {
            Some((_, text)) => *text = format!("{}\n{entry}", text.trim_end()),
            None => changed.policy.push((path.clone(), entry)),
        }
        (path, self.tried(&changed))
    }

    fn tried(&self, changed: &Workspace) -> Tried {
        let outcome = check::prove(changed, Options::default());
        let key = |found: &Diagnostic| (found.code.name, found.message.clone());
        let before: BTreeSet<_> = self.outcome.found().iter().map(key).collect();
        let new = |severity| {
            let found = outcome.found().iter().filter(|d| d.severity == severity && !before.contains(&key(d)));
            found.cloned().collect()
        };
        let run = outcome.run();
        let answer = run.network.as_ref().and_then(|net| asking::asked(run, net, self.question).ok().flatten());
        let opens = answer.is_some_and(|answer| answer.is_open());
        let is_proved = run.proven.is_some();
        Tried { opens, is_proved, errors: new(Severity::Error), warnings: new(Severity::Warning) }
    }
}

impl Tried {
    fn said(&self) -> String {
        let end = match (self.errors.as_slice(), self.is_refused_by_the_proof()) {
            ([], _) if self.is_proved => format!("everything is proved{}", self.warned()),
            ([], _) => format!("nothing else is refused than now{}", self.warned()),
            ([first, ..], false) => refused_by_the_policy(first),
            (_, true) => format!("the proof refuses it: {}", self.theorems()),
        };
        match (self.opens, self.errors.is_empty()) {
            (true, _) => format!("it opens, and {end}"),
            (false, true) => format!("{end}, and it stays closed: this line alone is not enough"),
            (false, false) => end,
        }
    }

    /// The policy and the network have no fault with it, and some theorem has.
    fn is_refused_by_the_proof(&self) -> bool {
        let is_of_proof = |found: &Diagnostic| found.code.name.starts_with("isolation/");
        !self.errors.is_empty() && self.errors.iter().all(is_of_proof)
    }

    /// `isolation/admin-pedagogic (T1)`.
    fn theorems(&self) -> String {
        let named = self.errors.iter().map(|found| {
            let rules = found.notes.iter().filter(|note| note.kind == "rule");
            let theorem = rules.filter_map(|note| note.text.split_whitespace().next()).next();
            theorem.map_or_else(|| found.code.name.to_owned(), |id| format!("{} ({id})", found.code.name))
        });
        named.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
    }

    fn warned(&self) -> String {
        let codes: BTreeSet<&str> = self.warnings.iter().map(|found| found.code.name).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        if codes.is_empty() { String::new() } else { format!(", with a warning ({})", codes.join(", ")) }
    }
}

/// The first finding of the policy, with its way out on a line of its own.
fn refused_by_the_policy(found: &Diagnostic) -> String {
    let help = found.notes.iter().find(|note| note.kind == "help");
    let help = help.map_or_else(String::new, |note| format!("\nhelp     {}", note.text));
    format!("the policy refuses it: {} ({}){help}", found.message, found.code.name)
}

/// A file with the one who may write it.
fn whose(path: &str) -> String {
    let holder = rights::of_file(path).map(|(holder, _)| holder.word());
    holder.map_or_else(|| path.to_owned(), |holder| format!("{path} (the {holder}'s)"))
}

/// A file of a site with one flow more: first in its list, or in a list of its own. None where the list is written in
/// another style than one flow a line.
fn with_line(text: &str, allow: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let Some(list) = lines.iter().position(|line| line.starts_with("flows:")) else {
        return Some(format!("{}\nflows:\n  - allow: {allow}\n    because: tried\n", text.trim_end()));
    };
    let rest = lines[list].trim_start_matches("flows:").trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        return None;
    }
    let item = lines[list + 1..].iter().find(|line| line.trim_start().starts_with("- "))?;
    let indent = &item[..item.len() - item.trim_start().len()];
    let (before, after) = (lines[..=list].join("\n"), lines[list + 1..].join("\n"));
    Some(format!("{before}\n{indent}- allow: {allow}\n{indent}  because: tried\n{after}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_into_the_list_or_makes_one() {
        let allow = "a -> b on https";
        let first = "  - allow: a -> b on https\n    because: tried\n";
        assert_eq!(with_line("uai: X\n", allow), Some(format!("uai: X\nflows:\n{first}")));
        let list = "flows:   # own\n\n  - allow: c -> d on dns\n    because: e\nzones: {}\n";
        let more = "\n  - allow: c -> d on dns\n    because: e\nzones: {}\n";
        assert_eq!(with_line(list, allow), Some(format!("flows:   # own\n{first}{more}")));
        assert_eq!(with_line("flows: [{ allow: c -> d on dns }]\n", allow), None);
    }
}
