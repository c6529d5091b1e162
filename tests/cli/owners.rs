//! `etanche owners`: the matrix, the forge's file of owners, and the approvals of a change.

use std::fs;

use snapbox::str;

use super::Place;

#[test]
fn every_file_of_the_policy_says_its_holder_in_its_first_line() {
    let place = Place::new();
    for (path, ..) in place.standing("policies") {
        let below = path.strip_prefix(place.dir.path()).expect("below").to_string_lossy().into_owned();
        let (holder, stem) = etanche::policy::rights::of_file(&below).expect("a policy file");
        let word = match holder {
            etanche::policy::rights::Holder::Establishment => stem,
            other => other.word(),
        };
        let text = fs::read_to_string(&path).expect("a policy file");
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.strip_prefix("# owner: ").is_some_and(|rest| rest.split(' ').next() == Some(word)),
            "{below}: {first}"
        );
    }
}

#[test]
fn the_matrix_names_files_holders_and_tasks() {
    let place = Place::new();
    place.etanche(&["owners"]).assert().success().stdout_eq(str![[r#"
file                   holder         account                holds
region.yaml            region         @exemple/region        the plan and the wide-area networks
security.yaml          academy        @exemple/rssi          classes, isolation, web filters, delegation
...
delegated/*.yaml       establishment  @exemple/{uai}         what an establishment's network manager says

A merge by a file's holder is its signature: a waiver is signed by the merge of waivers.yaml.

task (convention, annexe I)                         establishment       operator       academy             right               written in
configuration of network devices                    -                   x              -                   switch.*            establishments/ (switches), targets/
...
"#]]);
}

#[test]
fn a_file_of_owners_is_made_and_held_against_the_policy() {
    let place = Place::new();
    let made = place.etanche(&["owners", "--codeowners"]).assert().success().get_output().stdout.clone();
    let made = String::from_utf8(made).expect("UTF-8");
    for line in ["/policies/waivers.yaml @exemple/rssi", "/policies/delegated/0000002C.yaml @exemple/0000002C"] {
        let words: Vec<&str> = line.split(' ').collect();
        assert!(made.lines().any(|l| l.split_whitespace().eq(words.iter().copied())), "no `{line}` in\n{made}");
    }
    let path = place.path("CODEOWNERS");
    fs::write(&path, format!("* @exemple/all\n{made}")).expect("a file");
    place.etanche(&["owners", "--check", "CODEOWNERS"]).assert().success();
    fs::write(&path, made.replace("/policies/waivers.yaml", "/policies/waivers.yml")).expect("a file");
    place.etanche(&["owners", "--check", "CODEOWNERS"]).assert().code(1);
    fs::write(&path, format!("{made}* @exemple/all\n")).expect("a file");
    place.etanche(&["owners", "--check", "CODEOWNERS"]).assert().code(1).stdout_eq(str![[r#"
CODEOWNERS:18: the policy says: the end of the file

"#]]);
    for reaches in ["^[Documents]", "!/policies/waivers.yaml"] {
        fs::write(&path, format!("{reaches}\n{made}")).expect("a file");
        place.etanche(&["owners", "--check", "CODEOWNERS"]).assert().code(1).stdout_eq(str![[r#"
CODEOWNERS:1: the policy says: no section and no exclusion, which would reach the lines below

"#]]);
    }
    place.etanche(&["owners", "--check", "elsewhere"]).assert().code(3);
}

/// A forge reads patterns from the top of the repository, wherever the workspace stands in it.
#[test]
fn lines_of_owners_begin_at_the_top_of_the_repository() {
    let place = Place::new();
    fs::create_dir_all(place.path("region/.git")).expect("a folder");
    fs::rename(place.path("policies"), place.path("region/policies")).expect("a move");
    let made = |arguments: &[&str]| {
        let made = place.etanche(arguments).assert().success().get_output().stdout.clone();
        String::from_utf8(made).expect("UTF-8")
    };
    let has = |made: &str, path: &str| made.lines().any(|line| line.split(' ').next() == Some(path));
    let at_its_top = made(&["owners", "--codeowners", "-w", "region/policies"]);
    assert!(has(&at_its_top, "/policies/waivers.yaml") && has(&at_its_top, "/templates/"), "{at_its_top}");
    fs::rename(place.path("region/.git"), place.path(".git")).expect("a move");
    let below = made(&["owners", "--codeowners", "-w", "region/policies"]);
    assert!(has(&below, "/region/policies/waivers.yaml") && has(&below, "/region/templates/"), "{below}");
    fs::rename(place.path(".git"), place.path("region/policies/.git")).expect("a move");
    let itself = made(&["owners", "--codeowners", "-w", "region/policies"]);
    assert!(has(&itself, "/waivers.yaml") && has(&itself, "*") && !has(&itself, "/templates/"), "{itself}");
}

/// What the forge's file gives an owner needs that owner's approval here too, the file itself first of all.
#[test]
fn approvals_are_those_that_the_forge_would_ask_for() {
    let place = Place::new();
    let paths = [".github/CODEOWNERS", "policies/profiles/security.yaml", "templates/squid/squid.conf.j2"];
    place.etanche(&["owners", "--approved-by", "@exemple/exploitation"]).args(paths).assert().code(1).stdout_eq(str![
        [r#"
file                             account                approval
.github/CODEOWNERS               @exemple/rssi          lacks its holder's approval
policies/profiles/security.yaml  @exemple/exploitation  approved
templates/squid/squid.conf.j2    @exemple/exploitation  approved

"#]
    ]);
}

#[test]
fn a_change_needs_the_approval_of_each_files_holder() {
    let place = Place::new();
    let paths = ["policies/waivers.yaml", "policies/delegated/0000001B.yaml", "README.md"];
    let with = |by: &str| place.etanche(&["owners", "--approved-by", by]).args(paths).assert();
    with("@exemple/rssi").code(1).stdout_eq(str![[r#"
file                              account            approval
README.md                         -                  no policy file
policies/delegated/0000001B.yaml  @exemple/0000001B  lacks its holder's approval
policies/waivers.yaml             @exemple/rssi      approved

"#]]);
    with("@exemple/rssi,@exemple/0000001B").success();
    with("@exemple/rssi,@exemple/0000002C").code(1);
    place.etanche(&["owners", paths[0]]).assert().success().stdout_eq(str![[r#"
file                   account        approval
policies/waivers.yaml  @exemple/rssi  must approve

"#]]);
}

#[test]
fn without_accounts_nothing_is_made_up() {
    let place = Place::new();
    let path = place.path("policies/region.yaml");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, text.split("owners:").next().expect("a part")).expect("a file");
    place.etanche(&["owners"]).assert().success();
    place.etanche(&["owners", "--codeowners"]).assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: policies/region.yaml does not say who merges
help: add `owners:` with the accounts of `region`, `academy`, `operator` and `establishments`

"#]]);
}

/// Another spelling of a path would have another holder, or none.
#[test]
fn a_path_is_named_as_git_does() {
    let place = Place::new();
    let approved = |path: &str| place.etanche(&["owners", path, "--approved-by", "@exemple/exploitation"]).assert();
    for path in ["policies/waivers.yaml", "./policies/waivers.yaml"] {
        approved(path).code(1);
    }
    let top = place.path("policies/waivers.yaml");
    let top = top.to_string_lossy();
    for path in ["policies/./waivers.yaml", "policies//waivers.yaml", "policies/x/../waivers.yaml", "\"a\\303\"", &top]
    {
        approved(path).code(2);
    }
}
