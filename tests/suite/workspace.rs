//! The workspace of a case: a named base, changed by the case's blocks.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use crate::case::{Action, Block, Case};

/// Files by path below the workspace's root, and where the case's lines ended up.
#[derive(Clone)]
pub(crate) struct Workspace {
    pub(crate) files: BTreeMap<String, String>,
    /// (block, line of the block) to (path, line from 1).
    pub(crate) places: BTreeMap<(usize, usize), (String, usize)>,
}

impl Workspace {
    /// A base as it is.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(folder, "", &mut files);
        Self { files, places: BTreeMap::new() }
    }

    /// The workspace of a case.
    pub(crate) fn build(root: &Path, case: &Case) -> Result<Self, String> {
        let base = case.said("Base:").unwrap_or("small");
        let mut workspace = Self { files: BTreeMap::new(), places: BTreeMap::new() };
        if base != "none" {
            let folder = match base {
                "policies" => Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"),
                _ => root.join("bases").join(base),
            };
            collect(&folder, "", &mut workspace.files);
        }
        for (number, block) in case.blocks().enumerate() {
            workspace.apply(number, block)?;
        }
        Ok(workspace)
    }

    fn apply(&mut self, number: usize, block: &Block) -> Result<(), String> {
        match block.action {
            Action::Whole => self.whole(number, block),
            Action::Change => self.change(number, block)?,
            Action::Expect => self.expect(number, block)?,
            Action::Remove => {
                let gone = self.files.remove(&block.path);
                gone.ok_or(format!("there is no {} to remove", block.path))?;
            }
        }
        Ok(())
    }

    fn whole(&mut self, number: usize, block: &Block) {
        let lines: Vec<&str> = block.lines.iter().filter_map(|l| l.text.as_deref()).collect();
        for at in 0..block.lines.len() {
            self.places.insert((number, at), (block.path.clone(), at + 1));
        }
        let text: String = lines.iter().map(|l| unescape(l) + "\n").collect();
        self.files.insert(block.path.clone(), text);
    }

    fn change(&mut self, number: usize, block: &Block) -> Result<(), String> {
        let text = self.files.get(&block.path).ok_or(format!("the base has no {}", block.path))?;
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut cursor = lines.len();
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (at, line) in block.lines.iter().enumerate() {
            let Some(written) = &line.text else { continue };
            let (sign, rest) = written.split_at(written.len().min(1));
            match sign {
                "-" => {
                    cursor = find(&lines, rest, &block.path)?;
                    lines.remove(cursor);
                    for place in places.iter_mut().filter(|p| p.1 > cursor) {
                        place.1 -= 1;
                    }
                }
                "+" => {
                    lines.insert(cursor, unescape(rest));
                    for place in places.iter_mut().filter(|p| p.1 >= cursor) {
                        place.1 += 1;
                    }
                    places.push((at, cursor));
                    cursor += 1;
                }
                _ => {
                    return Err(format!("a line of a diff begins with - or +, not: {written}"));
                }
            }
        }
        for (at, line) in places {
            self.places.insert((number, at), (block.path.clone(), line + 1));
        }
        self.files.insert(block.path.clone(), lines.join("\n") + "\n");
        Ok(())
    }

    fn expect(&mut self, number: usize, block: &Block) -> Result<(), String> {
        let text = self.files.get(&block.path).map_or("", String::as_str);
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (at, line) in block.lines.iter().enumerate() {
            let found = match &line.text {
                Some(written) => find(&lines, written, &block.path)?,
                None => lines.len(),
            };
            self.places.insert((number, at), (block.path.clone(), found + 1));
        }
        Ok(())
    }
}

/// The one line that reads so, spaces at both ends and comments apart.
fn find(lines: &[String], wanted: &str, path: &str) -> Result<usize, String> {
    let bare = |l: &str| l.split(" #").next().unwrap_or("").trim().to_owned();
    let wanted = bare(wanted);
    let mut found = lines.iter().enumerate().filter(|(_, l)| bare(l) == wanted).map(|(i, _)| i);
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(format!("{path} has no line: {wanted}")),
        (Some(_), Some(_)) => Err(format!("{path} has several lines: {wanted}")),
    }
}

/// `{U+202E}` stands for that character, so that cases stay readable.
fn unescape(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{U+") {
        let (code, tail) = after.split_once('}').expect("{U+…} is closed");
        let code = u32::from_str_radix(code, 16).expect("{U+…} holds a hexadecimal number");
        out.push_str(before);
        out.push(char::from_u32(code).expect("{U+…} is a character"));
        rest = tail;
    }
    out + rest
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("the base's folder can be read") {
        let path = entry.expect("the base's folder can be read").path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files);
        } else {
            files.insert(format!("{prefix}{name}"), text(&path));
        }
    }
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("the file can be read");
    String::from_utf8(bytes).expect("the file is UTF-8")
}

/// Writes a file again.
pub(crate) fn replace(path: &Path, text: &str) {
    let mut file = std::fs::File::create(path).expect("the file can be written");
    file.write_all(text.as_bytes()).expect("the file can be written");
}
