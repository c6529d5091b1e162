//! Temporary.
use etanche::pipeline::*;
use std::path::Path;
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for e in std::fs::read_dir(folder).unwrap() {
        let p = e.unwrap().path();
        let name = p.file_name().unwrap().to_string_lossy().into_owned();
        if p.is_dir() { collect(&p, &format!("{prefix}{name}/"), files) } else { files.push((format!("{prefix}{name}"), String::from_utf8(std::fs::read(&p).unwrap()).unwrap())) }
    }
}
#[test]
fn dump() {
    let mut w = Workspace { root: "policies".into(), ..Default::default() };
    collect(Path::new("policies"), "policies/", &mut w.policy);
    let t = std::time::Instant::now();
    let run = run_with(&w, Options::default(), &|o| {
        for out in o { for (p, text) in &out.files {
            let path = Path::new("/tmp/v/out").join(&out.path).join(p);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            use std::io::Write; std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
        }}
    });
    eprintln!("{:?} {}", t.elapsed(), run.proven.is_some());
    let net = run.network.unwrap();
    let t = std::time::Instant::now();
    let outs = run.proven.as_ref().unwrap().outputs().to_vec();
    let r = etanche::isolation::prove(outs, &net, &mut etanche::diagnostics::Sources::default(), Default::default());
    eprintln!("prove {:?} {}", t.elapsed(), r.is_ok());
}
