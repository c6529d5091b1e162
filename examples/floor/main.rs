//! The floor under `etanche compile`: `cargo run --release --example floor -- WORKSPACE OUT TO`.
//!
//! Reads and parses (YAML events, no meaning) every file of a workspace, then writes to the new directory TO, and syncs, the
//! bytes that `compile` wrote to OUT. Whatever proves must do that much; what stands above it is the price of the proof.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs, io};

use granit_parser::Parser;

fn main() -> ExitCode {
    let words: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [workspace, out, to] = words.as_slice() else {
        let _ = io::Write::write_all(&mut io::stderr(), b"usage: floor WORKSPACE OUT TO: TO is made anew\n");
        return ExitCode::from(2);
    };
    match floor(workspace, out, to) {
        Ok(text) => {
            let _ = io::Write::write_all(&mut io::stdout(), text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{error}\n"));
            ExitCode::from(3)
        }
    }
}

fn floor(workspace: &Path, out: &Path, to: &Path) -> io::Result<String> {
    let texts = read(out)?;
    let start = Instant::now();
    let policy = read(workspace)?;
    let has_read = start.elapsed();
    let events: usize = policy.iter().map(|(_, bytes)| events(bytes)).sum();
    let has_parsed = start.elapsed();
    write(&texts, to)?;
    let has_written = start.elapsed();
    let bytes = |files: &[File]| files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    Ok(format!(
        "read {} files, {} bytes: {:.3} s\nparse {events} events: {:.3} s\nwrite {} files, {} bytes: {:.3} s\nall: {:.3} s\n",
        policy.len(),
        bytes(&policy),
        has_read.as_secs_f64(),
        (has_parsed - has_read).as_secs_f64(),
        texts.len(),
        bytes(&texts),
        (has_written - has_parsed).as_secs_f64(),
        has_written.as_secs_f64(),
    ))
}

/// A path below where one looked, and what stands there.
type File = (PathBuf, Vec<u8>);

fn read(dir: &Path) -> io::Result<Vec<File>> {
    let (mut found, mut left) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(here) = left.pop() {
        for entry in fs::read_dir(&here)? {
            let path = entry?.path();
            if path.is_dir() {
                left.push(path);
            } else {
                let bytes = fs::read(&path)?;
                found.push((path.strip_prefix(dir).unwrap_or(&path).to_owned(), bytes));
            }
        }
    }
    Ok(found)
}

fn events(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    Parser::new_from_str(&text).take_while(Result::is_ok).count()
}

fn write(texts: &[File], to: &Path) -> io::Result<()> {
    for (path, bytes) in texts {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap_or(to))?;
        let mut file = fs::File::create(&path)?;
        io::Write::write_all(&mut file, bytes)?;
        file.sync_all()?;
    }
    Ok(())
}
