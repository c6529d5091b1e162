//! A generated region is proved; leaks planted in it are refused; what an establishment adds does not depend on how many
//! there are; parts and threads change nothing of what is said and written.

#[path = "../examples/region/country/mod.rs"]
mod country;

use std::cell::RefCell;

use etanche::isolation::{Division, Method, Output};
use etanche::pipeline::{self, Options, Run, Workspace};

/// A generated region, with its files changed.
fn region(schools: usize, change: impl Fn(&str, String) -> String) -> Workspace {
    let files = country::region(schools, 7).into_iter();
    let policy = files.map(|(path, text)| (format!("policies/{path}"), change(&path, text))).collect();
    Workspace { root: "policies".to_owned(), policy, ..Workspace::default() }
}

fn as_it_is(schools: usize) -> Workspace {
    region(schools, |_, text| text)
}

/// Everything that is said of a run, in order: findings with their places, verdicts, or the texts.
fn said(run: &Run) -> Vec<String> {
    let mut all: Vec<String> = run.sink.iter().map(|d| format!("{} {d:?}", run.sources.cite(d.span))).collect();
    if let Some(net) = &run.network {
        all.extend(run.decided().iter().map(|(claim, verdict)| format!("{} {verdict:?}", claim.title(net))));
    }
    for output in run.texts() {
        all.extend(output.files.iter().map(|(path, text)| format!("{}/{path} {text}", output.path)));
    }
    all
}

fn by(division: Division) -> Options {
    Options { method: Method { division, ..Method::default() }, ..Options::default() }
}

/// The codes of errors of a run.
fn errors(run: &Run) -> Vec<&'static str> {
    let mut codes: Vec<_> = run.sink.iter().map(|d| d.code.name).filter(|name| !name.starts_with("lint/")).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn a_region_has_the_same_bytes_each_time_and_others_for_another_seed() {
    assert_eq!(country::region(20, 3), country::region(20, 3));
    assert_ne!(country::region(20, 3), country::region(20, 4));
}

#[test]
fn a_country_is_as_many_regions_as_its_plans_need() {
    let sizes = |n| country::sizes(n).collect::<Vec<_>>();
    assert_eq!(sizes(1), [1]);
    assert_eq!(sizes(country::BLOCKS), [country::BLOCKS]);
    assert_eq!(sizes(country::BLOCKS + 1), [513, 512]);
    assert_eq!(sizes(10_000).iter().sum::<usize>(), 10_000);
    assert!(sizes(10_000).iter().all(|size| *size <= country::BLOCKS));
}

#[test]
fn a_generated_region_is_proved_and_kept_clean() {
    let run = pipeline::run(&as_it_is(36), Options::default());
    let told: Vec<_> =
        run.sink.iter().map(|d| format!("{} {}: {}", run.sources.cite(d.span), d.code.name, d.message)).collect();
    assert_eq!(told, Vec::<String>::new());
    let tally = run.proven.expect("it is proved").tally().clone();
    assert_eq!(tally.theorems, ["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"]);
    assert!(tally.waived > 0 && tally.shared > 0, "{tally:?}");
}

/// A line that opens an administrative zone to Wi-Fi, in one establishment among many.
fn a_flow_between_sides(path: &str, text: String) -> String {
    let flow = "flows:\n  - allow: pedago -> admin_servers on https\n    because: essai\n";
    match path {
        "establishments/0000001B.yaml" if text.contains("flows:\n") => text.replacen("flows:\n", flow, 1),
        "establishments/0000001B.yaml" => text + flow,
        _ => text,
    }
}

/// A line of the profile that every school of the kind has.
fn a_start_that_nobody_declared(path: &str, text: String) -> String {
    match path {
        "profiles/college.yaml" => text.replacen(
            "flows:\n",
            "flows:\n  - allow: csm.pedago -> pedago_servers on sync\n    because: essai\n",
            1,
        ),
        _ => text,
    }
}

#[test]
fn planted_leaks_are_refused() {
    let between = pipeline::run(&region(24, a_flow_between_sides), Options::default());
    assert_eq!(errors(&between), ["isolation/admin-pedagogic"]);
    let started = pipeline::run(&region(24, a_start_that_nobody_declared), Options::default());
    assert!(errors(&started).contains(&"isolation/undeclared-start"), "{:?}", errors(&started));
}

/// Changes one generated text.
fn planted(path: &'static str, file: &'static str, from: &'static str, to: &'static str) -> impl Fn(&mut Vec<Output>) {
    move |outputs| {
        let output = outputs.iter_mut().find(|o| o.path == path).unwrap_or_else(|| panic!("no device {path}"));
        let text = output.files.get_mut(file).expect("the file");
        assert!(text.contains(from), "{text}");
        *text = text.replacen(from, to, 1);
    }
}

const BUSINESS: &str = "\t\t# 4. business flows, by (in, out) pair\n";

#[test]
fn touched_texts_are_refused_wherever_they_are() {
    let lets = |rule| format!("{BUSINESS}\t\t{rule} counter accept\n").leak();
    let cases: [(&str, &str, &str, &'static str); 3] = [
        ("csm/gateway", "etanche.nft", BUSINESS, lets("iifname \"xf-0000001B\" oifname \"xf-0000004E\"")),
        ("0000015S/gateway", "etanche.nft", BUSINESS, lets("ip protocol tcp")),
        ("0000020X/gateway", "swanctl.conf", "start_action = trap", "start_action = none"),
    ];
    for (path, file, from, to) in cases {
        let run = pipeline::run_with(&as_it_is(24), Options::default(), &planted(path, file, from, to));
        assert!(run.proven.is_none() && run.sink.has_errors(), "{path}");
    }
}

/// A change to generated texts.
type Change = Box<dyn Fn(&mut Vec<Output>)>;

#[test]
fn the_parts_together_say_what_the_whole_says() {
    let inputs: [(Workspace, Change); 4] = [
        (as_it_is(24), Box::new(|_| {})),
        (region(24, a_flow_between_sides), Box::new(|_| {})),
        (region(24, a_start_that_nobody_declared), Box::new(|_| {})),
        (
            as_it_is(24),
            Box::new(planted(
                "csm/gateway",
                "etanche.nft",
                BUSINESS,
                "\t\t# 4. business flows, by (in, out) pair\n\t\tmeta ipsec exists counter accept\n",
            )),
        ),
    ];
    for (workspace, tamper) in inputs {
        let parts = pipeline::run_with(&workspace, by(Division::Establishments), &*tamper);
        let whole = pipeline::run_with(&workspace, by(Division::Whole), &*tamper);
        assert_eq!(said(&parts), said(&whole));
    }
}

#[test]
fn threads_change_nothing() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
        pool.install(|| {
            let sound = said(&pipeline::run(&as_it_is(24), Options::default()));
            let leaking = said(&pipeline::run(&region(24, a_flow_between_sides), Options::default()));
            (sound, leaking)
        })
    };
    let one = with(1);
    assert!(one.0.len() > 1000, "texts and claims");
    assert_eq!(one, with(2));
    assert_eq!(one, with(16));
}

/// Lines of the centre's ruleset.
fn lines_of_the_centre(schools: usize) -> usize {
    let lines = RefCell::new(0);
    pipeline::run_with(&as_it_is(schools), Options::default(), &|outputs| {
        let centre = outputs.iter().find(|o| o.path == "csm/gateway").expect("the centre's gateway");
        lines.replace(centre.files["etanche.nft"].lines().count());
    });
    lines.into_inner()
}

#[test]
fn each_school_adds_as_many_lines_to_the_centre_whatever_their_number() {
    let counts: Vec<usize> = [12, 24, 48].into_iter().map(lines_of_the_centre).collect();
    let per_school = |a: usize, b: usize, schools: usize| (counts[b] - counts[a]) / schools;
    assert!(per_school(1, 2, 24) <= per_school(0, 1, 12) * 3 / 2, "{counts:?}");
}
