//! The output directory: what it may hold before, what it holds after, and what happens when runs meet or are killed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use snapbox::str;

use super::{Place, copy, json};

/// The same policy, written otherwise: keys live two hours.
fn other(place: &Place) {
    copy(&place.path("policies"), &place.path("other"));
    place.replace("other/services.yaml", "rekey: 1h", "rekey: 2h");
}

fn start(place: &Place, workspace: &str, out: &Path) -> Child {
    let mut process = Process::new(snapbox::cmd::cargo_bin!("etanche"));
    let quiet = process.args(["compile", workspace, "-o"]).arg(out).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.current_dir(place.dir.path()).spawn().expect("a process")
}

/// What an output means: which lifetime its keys have, once every file is the one its manifest lists, and no other.
fn whole(place: &Place, out: &str) -> u8 {
    let manifest = json(&fs::read(place.path(out).join("manifest.json")).expect("a manifest"));
    let rows = manifest["files"].as_array().expect("rows");
    for row in rows {
        let path = place.path(out).join(row["path"].as_str().expect("a path"));
        let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let digest: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(row["sha256"], digest, "{}", path.display());
    }
    assert_eq!(place.standing(out).len(), rows.len() + 2, "a file that no manifest lists");
    let tunnels = fs::read_to_string(place.path(out).join("0000001B/gateway/swanctl.conf")).expect("tunnels");
    match (tunnels.contains("rekey_time = 3600s"), tunnels.contains("rekey_time = 7200s")) {
        (true, false) => 1,
        (false, true) => 2,
        both => panic!("neither the old nor the new: {both:?}"),
    }
}

/// Names beside the output that a run makes while it writes.
fn leftovers(place: &Place) -> Vec<String> {
    let names = fs::read_dir(place.dir.path()).expect("a directory").map(|e| e.expect("an entry").file_name());
    names.map(|n| n.to_string_lossy().into_owned()).filter(|n| n.starts_with(".out")).collect()
}

#[test]
fn runs_that_meet_leave_one_whole_output() {
    let place = Place::new();
    other(&place);
    let out = place.path("out");
    for trial in 0..12 {
        if trial % 3 == 0 {
            let _ = fs::remove_dir_all(&out);
        }
        let workspaces = &["other", "policies", "other"][..2 + trial % 2];
        let runs: Vec<Child> = workspaces.iter().map(|w| start(&place, w, &out)).collect();
        let ends: Vec<i32> = runs.into_iter().map(|mut r| r.wait().expect("an end").code().expect("a code")).collect();
        assert!(ends.contains(&0) && ends.iter().all(|e| [0, 3].contains(e)), "{ends:?}");
        whole(&place, "out");
        assert_eq!(leftovers(&place), Vec::<String>::new());
    }
}

#[test]
fn a_run_that_finds_another_one_writing_says_so() {
    let place = Place::new();
    place.etanche(&["compile"]).assert().success();
    let lock = fs::File::create(place.path(".out.lock")).expect("a lock");
    lock.lock().expect("nobody holds it");
    place.etanche(&["compile"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot write to [..]/out: another run is writing it
help: wait until it has ended, then run this again

"#]]);
    drop(lock);
    place.etanche(&["compile"]).assert().success();
    assert_eq!(leftovers(&place), Vec::<String>::new(), "a lock that nobody holds is taken, and goes");
}

/// Kills a run once it has begun to write, some time later; true when it was still writing.
fn killed(place: &Place, workspace: &str, after: Duration) -> bool {
    let mut run = start(place, workspace, &place.path("out"));
    while run.try_wait().expect("a state").is_none() {
        if leftovers(place).iter().any(|n| n.starts_with(".out.new.")) {
            std::thread::sleep(after);
            run.kill().expect("its own process");
            break;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    !run.wait().expect("an end").success()
}

#[test]
fn a_killed_run_leaves_the_old_output_or_the_new_one() {
    let place = Place::new();
    other(&place);
    place.etanche(&["compile", "policies"]).assert().success();
    let mut stopped = 0;
    for trial in 0..16 {
        let workspace = if whole(&place, "out") == 1 { "other" } else { "policies" };
        stopped += usize::from(killed(&place, workspace, Duration::from_micros(800 * trial * trial)));
        whole(&place, "out");
    }
    assert!(stopped >= 3, "only {stopped} runs were killed while they wrote");
    place.etanche(&["compile", "other"]).assert().success();
    assert_eq!((whole(&place, "out"), leftovers(&place)), (2, Vec::new()), "what they left beside is cleared");
}

#[test]
fn a_file_beside_that_only_looks_like_a_leftover_stays() {
    let place = Place::new();
    fs::create_dir(place.path(".out.new.draft")).expect("a directory");
    fs::write(place.path(".out.new.7"), "a file").expect("a file");
    place.etanche(&["compile"]).assert().success();
    let mut left = leftovers(&place);
    left.sort();
    assert_eq!(left, [".out.new.7", ".out.new.draft"]);
}

#[test]
fn a_manifest_of_somebody_else_makes_no_directory_ours() {
    let place = Place::new();
    fs::create_dir(place.path("site")).expect("a directory");
    fs::write(place.path("site/a"), "work").expect("a file");
    for manifest in ["{}", "{\"schema\":\"other/1\",\"files\":[]}", "not JSON", "{\"schema\":\"etanche.manifest/1\"}"] {
        fs::write(place.path("site/manifest.json"), manifest).expect("a file");
        place.etanche(&["compile", "-o", "site"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot write to [..]/site: it is not empty, and holds no manifest.json of an earlier compile
help: choose a new or empty directory with -o

"#]]);
        assert_eq!(fs::read_to_string(place.path("site/a")).expect("a file"), "work");
    }
}

#[test]
fn what_others_put_in_an_output_stops_the_write() {
    let place = Place::new();
    place.etanche(&["compile"]).assert().success();
    fs::create_dir_all(place.path("out/.git/objects")).expect("a directory");
    place.etanche(&["compile"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot write to [..]/out: `.git` is not in its manifest.json
help: move it elsewhere, or choose another directory with -o

"#]]);
    for name in ["0000001B/notes.txt", "0000001B/gateway/local.nft", "a", "b"] {
        fs::write(place.path("out").join(name), "mine").expect("a file");
    }
    place.etanche(&["compile"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot write to [..]/out: `.git`, `0000001B/gateway/local.nft`, `0000001B/notes.txt` and 2 more are not of an earlier compile
help: move it elsewhere, or choose another directory with -o

"#]]);
    assert!(place.path("out/.git/objects").is_dir());
    assert_eq!(fs::read_to_string(place.path("out/b")).expect("a file"), "mine");
}

#[test]
fn a_file_that_was_edited_is_replaced_and_counted() {
    let place = Place::new();
    place.etanche(&["compile"]).assert().success();
    place.append("out/0000001B/gateway/etanche.nft", "# by hand\n");
    place.append("out/csm/gateway/etanche.nft", "# by hand\n");
    place.etanche(&["compile", "--only", "0000001B"]).assert().success().stdout_eq(str![[r#"
...
wrote 2 files, [..] unchanged, to out/ (1 of them replaced what was edited by hand); 1 file of other sites behind the policy, left as they were

"#]]);
    let kept = fs::read_to_string(place.path("out/csm/gateway/etanche.nft")).expect("a file");
    assert!(kept.ends_with("# by hand\n"), "another site's file is not touched");
    let manifest = json(&fs::read(place.path("out/manifest.json")).expect("a manifest"));
    let digest: String = Sha256::digest(&kept).iter().map(|b| format!("{b:02x}")).collect();
    assert!(!manifest.to_string().contains(&digest), "the manifest keeps the digest of what was written");
    let certificate = json(&fs::read(place.path("out/certificate.json")).expect("a certificate"));
    let written = |file: &str| {
        let mut rows = certificate["files"].as_array().expect("rows").iter();
        rows.find(|row| row["path"] == file).expect("every file that was proved")["written"].clone()
    };
    assert_eq!(written("csm/gateway/etanche.nft"), false, "proved, and not what stands there");
    assert_eq!(written("0000001B/gateway/etanche.nft"), true);
    let done = json(&place.etanche(&["compile", "--format", "json"]).assert().success().get_output().stdout);
    assert_eq!((&done["written"]["changed"], &done["written"]["edited"]), (&2.into(), &1.into()));
    whole(&place, "out");
}

#[test]
fn nothing_but_regular_files_is_opened() {
    let place = Place::new();
    place.etanche(&["compile"]).assert().success();
    let pipe = |name: &str| Process::new("mkfifo").arg(place.path(name)).status().expect("mkfifo").success();
    let refused = |told: snapbox::data::Inline| {
        place.etanche(&["compile"]).timeout(Duration::from_secs(60)).assert().code(3).stdout_eq("").stderr_eq(told);
    };
    assert!(pipe("out/pipe"));
    refused(str![[r#"
error: cannot write to [..]/out: `pipe` is not in its manifest.json
help: move it elsewhere, or choose another directory with -o

"#]]);
    fs::remove_file(place.path("out/pipe")).expect("a pipe");
    fs::remove_file(place.path("out/0000001B/gateway/etanche.nft")).expect("a file");
    symlink("/etc/passwd", place.path("out/0000001B/gateway/etanche.nft")).expect("a link");
    refused(str![[r#"
error: cannot write to [..]/out: `0000001B/gateway/etanche.nft` is no regular file any more
help: move it elsewhere, or choose another directory with -o

"#]]);
    fs::remove_file(place.path("out/manifest.json")).expect("a file");
    assert!(pipe("out/manifest.json"));
    refused(str![[r#"
error: cannot read [..]/out/manifest.json: it is no regular file
help: what stood in the output directory is as it was

"#]]);
    assert!(pipe("pipe"));
    place.etanche(&["compile", "-o", "pipe"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot write to `[..]/pipe`: it is no directory
help: choose another directory with -o

"#]]);
}

#[test]
fn the_root_and_links_to_nowhere_are_refused_before_anything_is_proved() {
    let place = Place::new();
    place.append(super::SCHOOL, super::LEAK);
    place.etanche(&["compile", "-o", "/"]).assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: `/` is the root of the file system
help: choose a directory of its own with -o

"#]]);
    symlink("gone", place.path("link")).expect("a link");
    for out in ["link", "link/below"] {
        place.etanche(&["compile", "-o", out]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot write to `[..]`: `link` is a link to `gone`, which does not exist
help: make that directory, or remove the link

"#]]);
    }
}

#[test]
fn a_link_to_a_directory_is_written_through() {
    let place = Place::new();
    fs::create_dir(place.path("real")).expect("a directory");
    symlink("real", place.path("link")).expect("a link");
    place.etanche(&["compile", "-o", "link"]).assert().success();
    assert!(place.path("link").is_symlink());
    assert_eq!(whole(&place, "real"), 1);
}

#[test]
fn an_output_keeps_the_rights_of_its_directory() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.etanche(&["compile"]).assert().success();
    fs::set_permissions(place.path("out"), fs::Permissions::from_mode(0o750)).expect("a directory");
    place.replace("policies/services.yaml", "rekey: 1h", "rekey: 2h");
    place.etanche(&["compile"]).assert().success();
    let mode = fs::metadata(place.path("out")).expect("a directory").permissions().mode();
    assert_eq!((mode & 0o777, whole(&place, "out")), (0o750, 2));
}
