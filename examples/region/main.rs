//! Writes a country of fictional schools: `cargo run --release --example region -- N DIR [SEED]`.
//!
//! N establishments, in as many regions as their address plans need, each a workspace of its own: `DIR/region-01`,
//! `DIR/region-02`... The same N and seed give the same bytes. `etanche check DIR/region-01` proves one of them.

mod country;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

/// How it is called.
const USAGE: &str = "usage: region N DIR [SEED]: writes N fictional schools below DIR, which must be new or empty";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let said = match read(&words) {
        None => Err(io::Error::other(USAGE)),
        Some((schools, dir, seed)) => write(schools, dir, seed),
    };
    match said {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{error}\n"));
            ExitCode::from(2)
        }
    }
}

fn read(words: &[String]) -> Option<(usize, &Path, u64)> {
    let (schools, dir, seed) = match words {
        [schools, dir] => (schools, dir, 1),
        [schools, dir, seed] => (schools, dir, seed.parse().ok()?),
        _ => return None,
    };
    Some((schools.parse().ok().filter(|n| *n > 0)?, Path::new(dir), seed))
}

/// Every region below a directory.
fn write(schools: usize, dir: &Path, seed: u64) -> io::Result<()> {
    if dir.exists() && fs::read_dir(dir)?.next().is_some() {
        return Err(io::Error::other(USAGE));
    }
    for (number, size) in (1..).zip(country::sizes(schools)) {
        let region = dir.join(format!("region-{number:02}"));
        for (path, text) in country::region(size, seed.wrapping_add(number)) {
            put(&region.join(path), &text)?;
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "what is written here is an example of what people write")]
fn put(path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().expect("a file of a region stands in it"))?;
    fs::write(path, text)
}
