//! The workspace of a case: a named base, changed by the case's blocks.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::case::{Action, Block, Case};
use crate::texts::texts;

/// Files by path below the workspace's root, what is done to other texts, and where the case's lines ended up.
#[derive(Clone, Default)]
pub(crate) struct Workspace {
    pub(crate) files: BTreeMap<String, String>,
    /// Templates and descriptors of the case's own.
    pub(crate) overrides: BTreeMap<String, String>,
    /// Changes to generated texts, with the number of the block.
    pub(crate) plants: Vec<(usize, Block)>,
    /// The node budget of the proof.
    pub(crate) nodes: Option<usize>,
    /// The day of the run, and the day that is asked about.
    pub(crate) days: [Option<String>; 2],
    pub(crate) places: Places,
}

/// (block, line of the block) to (path, line from 1).
pub(crate) type Places = BTreeMap<(usize, usize), (String, usize)>;

impl Workspace {
    /// A base as it is.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut workspace = Self::default();
        workspace.files.extend(texts(folder, ""));
        workspace
    }

    /// The workspace of a case.
    pub(crate) fn build(root: &Path, case: &Case) -> Result<Self, String> {
        let base = case.said("Base:").unwrap_or("small");
        let mut workspace = Self::default();
        for folder in bases(root, base) {
            workspace.files.extend(texts(&folder, ""));
        }
        workspace.nodes = case.said("Nodes:").map(|n| n.parse().expect("`Nodes:` is a number"));
        workspace.days = ["Today:", "At:"].map(|word| case.said(word).map(str::to_owned));
        for (number, block) in case.blocks().enumerate() {
            workspace.apply(number, block)?;
        }
        Ok(workspace)
    }

    fn apply(&mut self, number: usize, block: &Block) -> Result<(), String> {
        match block.action {
            Action::Whole => self.whole(number, block),
            Action::Change => {
                let text = self.files.get(&block.path).ok_or(format!("the base has no {}", block.path))?;
                let (text, places) = edited(text, number, block)?;
                self.places.extend(places);
                self.files.insert(block.path.clone(), text);
            }
            Action::Template => {
                let known = self.overrides.get(&block.path).cloned();
                let text = known.unwrap_or_else(|| text(&at_home(&block.path)));
                self.overrides.insert(block.path.clone(), edited(&text, number, block)?.0);
            }
            Action::Plant => self.plants.push((number, block.clone())),
            Action::Expect => {
                if let Some(text) = self.files.get(&block.path) {
                    self.places.extend(pointed(text, number, block)?);
                }
            }
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

    /// Expectations on texts that only a run makes; a file that nobody made has one empty line.
    pub(crate) fn settle(&mut self, case: &Case, texts: &BTreeMap<String, String>) -> Result<(), String> {
        for (number, block) in case.blocks().enumerate() {
            if block.action == Action::Expect && !self.files.contains_key(&block.path) {
                let text = texts.get(&block.path).map_or("", String::as_str);
                self.places.extend(pointed(text, number, block)?);
            }
        }
        Ok(())
    }
}

/// The folders of a base, each over the one before: `mixed` changes the project's own.
fn bases(root: &Path, base: &str) -> Vec<PathBuf> {
    let own = |name: &str| root.join("bases").join(name);
    match base {
        "none" => Vec::new(),
        "policies" => vec![at_home("policies")],
        "four" => vec![at_home("tests/four")],
        "mixed" => vec![at_home("tests/four"), own(base)],
        _ => vec![own(base)],
    }
}

/// A path of the project.
fn at_home(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A text changed by a block: `-` takes the line away that reads so, `+` puts one there (at the end when nothing was
/// taken away), a space goes on after the line that reads so.
pub(crate) fn edited(text: &str, number: usize, block: &Block) -> Result<(String, Places), String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut cursor = lines.len();
    let mut from = None;
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (at, line) in block.lines.iter().enumerate() {
        let Some(written) = &line.text else { continue };
        let (sign, rest) = written.split_at(written.len().min(1));
        match sign {
            "-" => {
                cursor = find(&lines, rest, &block.path, from)?;
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
            " " => {
                cursor = find(&lines, rest, &block.path, from.or(Some(0)))? + 1;
                from = Some(cursor);
                places.push((at, cursor - 1));
            }
            _ => {
                return Err(format!("a line of a diff begins with a space, - or +, not: {written}"));
            }
        }
    }
    let places = places.into_iter().map(|(at, line)| ((number, at), (block.path.clone(), line + 1)));
    Ok((lines.join("\n") + "\n", places.collect()))
}

/// Where the lines of an `expect` block stand.
fn pointed(text: &str, number: usize, block: &Block) -> Result<Places, String> {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut places = Places::new();
    let mut from = None;
    for (at, line) in block.lines.iter().enumerate() {
        let found = match &line.text {
            Some(written) => find(&lines, written, &block.path, from)?,
            None => lines.len(),
        };
        from = Some(found + 1);
        places.insert((number, at), (block.path.clone(), found + 1));
    }
    Ok(places)
}

/// The one line that reads so, spaces at both ends and comments apart; of several, the first one below the last place.
fn find(lines: &[String], wanted: &str, path: &str, from: Option<usize>) -> Result<usize, String> {
    let wanted = bare(wanted);
    let places = lines.iter().enumerate().filter(|(_, l)| bare(l) == wanted).map(|(i, _)| i);
    let places: Vec<usize> = places.collect();
    let mut found = places.into_iter();
    if let Some(at) = from.and_then(|from| found.clone().find(|at| *at >= from)) {
        return Ok(at);
    }
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(format!("{path} has no line: {wanted}")),
        (Some(_), Some(_)) => Err(format!("{path} has several lines: {wanted}")),
    }
}

/// A line without spaces at its ends and without its comment.
fn bare(line: &str) -> String {
    line.split(" #").next().unwrap_or("").trim().to_owned()
}

/// What an `expect` block says to point at a line (from 1): the line, below the nearest one that reads like no other.
pub(crate) fn pointing(text: &str, line: usize) -> Vec<String> {
    let lines: Vec<String> = text.lines().map(bare).collect();
    let is_alone = |l: &String| lines.iter().filter(|other| *other == l).count() == 1;
    let Some(wanted) = lines.get(line - 1) else { return Vec::new() };
    let written = |at: usize| text.lines().nth(at).unwrap_or_default().to_owned();
    if is_alone(wanted) {
        return vec![written(line - 1)];
    }
    let above = (0..line - 1).rev().find(|at| is_alone(&lines[*at]) && !lines[*at].is_empty());
    let between = above.map_or(0, |at| lines[at + 1..line - 1].iter().filter(|l| *l == wanted).count());
    let again = std::iter::repeat_n(written(line - 1), between + 1);
    above.map(written).into_iter().chain(again).collect()
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
