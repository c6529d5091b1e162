//! A namespace with a real Squid in it. What is changed in the text, and nothing else: `/etc/squid`, `/var/log/squid`,
//! `/run/squid` and `/var/spool/squid` become folders of a temporary one; `hosts_file` is appended, for there is no
//! resolver. All addresses (clients, proxy, origins) stand on the namespace's loopback.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Lab {
    name: String,
    folder: tempfile::TempDir,
    squid: Child,
    asker: Child,
}

/// What the lab is made of.
pub(crate) struct Plan<'a> {
    pub(crate) name: &'a str,
    pub(crate) conf: &'a str,
    pub(crate) addresses: &'a [&'a str],
    pub(crate) proxy: &'a str,
    pub(crate) hosts: String,
    pub(crate) files: Vec<(&'static str, String)>,
}

fn run(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output();
    let done = done.unwrap_or_else(|e| panic!("{program} is needed: {e}"));
    let text = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    assert!(done.status.success(), "{program} {arguments:?}: {text}");
    text
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    File::create(path).and_then(|mut f| f.write_all(text.as_bytes())).expect("written");
}

/// Fails on any line in which Squid complains.
fn quiet(text: &str) {
    let bad = ["WARNING", "ERROR", "FATAL"];
    let lines: Vec<_> = text.lines().filter(|l| bad.iter().any(|b| l.contains(b))).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

impl Lab {
    pub(crate) fn start(plan: &Plan<'_>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let conf = write_files(plan, folder.path());
        quiet(&run("squid", &["-k", "parse", "-f", &conf]));
        let name = format!("et-{}-{}", plan.name, std::process::id());
        run("ip", &["netns", "add", &name]);
        run("ip", &["-n", &name, "link", "set", "lo", "up"]);
        for address in plan.addresses {
            run("ip", &["-n", &name, "address", "replace", address, "dev", "lo"]);
        }
        let inside = |program: &str, arguments: &[&str]| {
            let mut command = Command::new("ip");
            command.args(["netns", "exec", &name, program]).args(arguments);
            command
        };
        let squid = inside("squid", &["-N", "-f", &conf]).stderr(Stdio::null()).spawn().expect("squid starts");
        let asker = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/web_readers/ask.py");
        let asker = inside("python3", &[asker]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut lab = Self { name: name.clone(), folder, squid, asker: asker.expect("python3 starts") };
        lab.wait(plan.proxy);
        lab
    }

    fn wait(&mut self, proxy: &str) {
        let start = Instant::now();
        let (address, port) = proxy.rsplit_once(':').expect("a port");
        loop {
            let listening = run("ip", &["netns", "exec", &self.name, "ss", "-Hltn"]);
            let ready = listening.contains(&format!("{address}:{port}")) && listening.contains("*:22 ");
            if ready {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "no squid: {}\n{listening}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The statuses of the proxy's answers to `CLIENT PROXY METHOD TARGET` lines.
    pub(crate) fn ask(&mut self, lines: &[String]) -> Vec<String> {
        let mut input = self.asker.stdin.take().expect("asked once");
        let text = lines.join("\n") + "\n";
        let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
        let output = BufReader::new(self.asker.stdout.as_mut().expect("an output"));
        let found: Vec<String> = output.lines().map(|l| l.expect("text")).collect();
        writer.join().expect("written").expect("written");
        quiet(&self.log());
        found
    }

    fn log(&self) -> String {
        let mut text = String::new();
        for entry in fs::read_dir(self.folder.path().join("log")).expect("a log folder") {
            let path = entry.expect("an entry").path();
            if path.to_string_lossy().ends_with("cache.log") {
                File::open(path).and_then(|mut f| f.read_to_string(&mut text)).expect("a log");
            }
        }
        text
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for child in [&mut self.squid, &mut self.asker] {
            child.kill().ok();
            child.wait().ok();
        }
        Command::new("ip").args(["netns", "delete", &self.name]).status().ok();
    }
}

fn write_files(plan: &Plan<'_>, root: &Path) -> String {
    let at = |part: &str| root.join(part).to_string_lossy().into_owned();
    for part in ["log", "run", "spool", "etc"] {
        fs::create_dir_all(root.join(part)).expect("folders");
    }
    for (path, text) in &plan.files {
        put(&root.join("etc").join(path), text);
    }
    put(&root.join("hosts"), &plan.hosts);
    let conf = plan
        .conf
        .replace("/etc/squid", &at("etc"))
        .replace("/var/log/squid", &at("log"))
        .replace("/run/squid", &at("run"))
        .replace("/var/spool/squid", &at("spool"));
    put(&root.join("squid.conf"), &format!("{conf}hosts_file {}\n", at("hosts")));
    run("chmod", &["-R", "a+rX", &at("")]);
    run("chown", &["-R", "proxy", &at("log"), &at("run"), &at("spool")]);
    at("squid.conf")
}
