//! Runs the annotated workspaces of `tests/suite/<topic>/*.md`: see `tests/suite/README.md` for their form.
//!
//! `cargo test --test suite -- [--list | --update] [WORDS]`: lists the titles, or rewrites what the cases expect,
//! or runs the cases whose title or file holds the words.

#[path = "suite/case.rs"]
mod case;
#[path = "suite/compare.rs"]
mod compare;
#[path = "suite/cuts.rs"]
mod cuts;
#[path = "suite/elsewhere.rs"]
mod elsewhere;
#[path = "suite/examples.rs"]
mod examples;
#[path = "suite/proof.rs"]
mod proof;
#[path = "suite/registry.rs"]
mod registry;
#[path = "common/texts.rs"]
mod texts;
#[path = "suite/torn.rs"]
mod torn;
#[path = "suite/workspace.rs"]
mod workspace;

#[path = "variants/register.rs"]
mod register;
#[path = "variants/told.rs"]
mod told;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use etanche::diagnostics::{Diagnostic, Sink, Sources};

use case::{Case, Document};
use workspace::Workspace;

/// What checking a workspace gives.
#[derive(Default)]
struct Checked {
    found: Vec<Diagnostic>,
    sources: Sources,
    /// Where planted lines ended up.
    places: workspace::Places,
    /// Claims by title, and how they ended.
    verdicts: BTreeMap<String, String>,
    /// What a case asks for and nobody could do.
    problems: Vec<String>,
}

/// How the cases of a topic are checked.
type Check = fn(&Workspace) -> Checked;

/// Topics, by the folder their cases are in.
const TOPICS: &[(&str, Check)] =
    &[("policy", check_policy), ("network", proof::check), ("isolation", proof::check), ("rules", proof::check_all)];

fn check_policy(workspace: &Workspace) -> Checked {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let files = workspace.files.clone().into_iter().collect();
    let policy = etanche::policy::load(files, "", &mut sources, &mut sink);
    assert_eq!(policy.is_none(), sink.has_errors(), "a policy if and only if no error");
    Checked { found: sink.into_sorted(), sources, ..Checked::default() }
}

/// What the command line asks for.
struct Asked {
    is_list: bool,
    is_update: bool,
    words: Vec<String>,
}

fn main() -> ExitCode {
    let (options, words) = std::env::args().skip(1).partition(|a: &String| a.starts_with("--"));
    let options: Vec<String> = options;
    let asked = Asked {
        is_list: options.iter().any(|o| o == "--list"),
        is_update: options.iter().any(|o| o == "--update"),
        words,
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut run = Run::default();
    for (topic, check) in TOPICS {
        for path in markdown(&root.join(topic)) {
            run.document(&root, &path, *check, &asked);
        }
    }
    if (asked.words.is_empty() || asked.words == [told::FILE]) && !asked.is_list {
        run.problems.extend(told::problems(&root, asked.is_update));
    }
    if asked.words.is_empty() && !asked.is_list && !asked.is_update {
        run.problems.extend(register::problems(&root));
        run.problems.extend(registry::problems(&run.codes));
        run.problems.extend(examples::problems(&root));
        run.problems.extend(torn::problems(&root.join("bases/small"), check_policy));
    }
    run.close(&asked)
}

/// Case files of a topic, sorted.
fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the topic's folder can be read");
    let mut found: Vec<PathBuf> = entries
        .map(|e| e.expect("the topic's folder can be read").path())
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    found.sort();
    found
}

/// What was run so far.
#[derive(Default)]
struct Run {
    titles: BTreeMap<String, String>,
    /// Codes that some case expects, with how many times.
    codes: BTreeMap<String, usize>,
    problems: Vec<String>,
    cases: usize,
}

impl Run {
    fn document(&mut self, root: &Path, path: &Path, check: Check, asked: &Asked) {
        let text = workspace::text(path);
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let mut document = Document::parse(&text);
        for case in &mut document.cases {
            self.title(case, &name);
            let full = format!("{name} {}", case.title);
            if !asked.words.iter().all(|w| full.contains(w.as_str())) {
                continue;
            }
            if asked.is_list {
                self.say(&format!("{name}: {}", case.title));
                continue;
            }
            self.case(root, case, &name, check, asked);
        }
        if asked.is_update {
            workspace::replace(path, &document.print());
        }
    }

    fn title(&mut self, case: &Case, file: &str) {
        if let Some(first) = self.titles.insert(case.title.clone(), file.to_owned()) {
            self.problems.push(format!("{file}: the title \"{}\" is already in {first}", case.title));
        }
        for code in case.expected_codes() {
            *self.codes.entry(code).or_default() += 1;
        }
    }

    fn case(&mut self, root: &Path, case: &mut Case, file: &str, check: Check, asked: &Asked) {
        self.cases += 1;
        let problems = match Workspace::build(root, case) {
            Ok(mut workspace) => {
                let checked = check(&workspace);
                workspace.places.extend(checked.places.clone());
                let made = checked.sources.iter().map(|(_, f)| (f.path.clone(), f.text.clone())).collect();
                let settled = workspace.settle(case, &made);
                if asked.is_update {
                    compare::update(case, &workspace, &checked);
                    return;
                }
                let mut problems = compare::problems(case, &workspace, &checked);
                problems.extend(settled.err());
                problems.extend(cuts::problems(&workspace, &checked));
                problems
            }
            Err(problem) => vec![problem],
        };
        let place = format!("{file}: {}", case.title);
        self.problems.extend(problems.iter().map(|p| format!("{place}\n  {p}")));
    }

    fn say(&self, line: &str) {
        let written = writeln!(std::io::stdout().lock(), "{line}");
        written.expect("stdout can be written");
    }

    fn close(&self, asked: &Asked) -> ExitCode {
        if asked.is_list {
            return ExitCode::SUCCESS;
        }
        for problem in &self.problems {
            self.say(problem);
        }
        self.say(&format!("suite: {} cases, {} problems", self.cases, self.problems.len()));
        if self.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
