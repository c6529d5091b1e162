//! A case file: titled cases, each with blocks that change a base workspace and say what is expected.

/// A line of a block with the annotations that stand above it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) notes: Vec<String>,
    /// As written in the case; `None` at the end of a block.
    pub(crate) text: Option<String>,
}

/// What a block does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Gives a whole file.
    Whole,
    /// Changes lines of the base's file: `-` takes one away, `+` puts one there (or at the end).
    Change,
    /// Takes the file away.
    Remove,
    /// Changes nothing: says what is expected on lines of the file.
    Expect,
    /// Changes lines of a generated text before it is read back.
    Plant,
    /// Changes lines of a template or a target's descriptor.
    Template,
}

const ACTIONS: &[(&str, Action)] = &[
    ("yaml", Action::Whole),
    ("diff", Action::Change),
    ("remove", Action::Remove),
    ("expect", Action::Expect),
    ("plant", Action::Plant),
    ("template", Action::Template),
];

/// A fenced block.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) action: Action,
    pub(crate) path: String,
    pub(crate) lines: Vec<Line>,
}

/// Part of a case.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Prose(String),
    Block(Block),
}

/// A titled case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) pieces: Vec<Piece>,
}

/// A case file.
pub(crate) struct Document {
    head: Vec<String>,
    pub(crate) cases: Vec<Case>,
}

impl Document {
    /// Reads a whole file.
    pub(crate) fn parse(text: &str) -> Self {
        let mut document = Self { head: Vec::new(), cases: Vec::new() };
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(title) = line.strip_prefix("## ") {
                document.cases.push(Case { title: title.to_owned(), pieces: Vec::new() });
                continue;
            }
            let piece = match line.strip_prefix("```") {
                Some(opening) => Piece::Block(block(opening, &mut lines)),
                None => Piece::Prose(line.to_owned()),
            };
            match (document.cases.last_mut(), piece) {
                (Some(case), piece) => case.pieces.push(piece),
                (None, Piece::Prose(line)) => document.head.push(line),
                (None, Piece::Block(_)) => panic!("a block stands before the first title"),
            }
        }
        document
    }

    /// The file again.
    pub(crate) fn print(&self) -> String {
        let mut out = self.head.clone();
        for case in &self.cases {
            out.push(format!("## {}", case.title));
            for piece in &case.pieces {
                match piece {
                    Piece::Prose(line) => out.push(line.clone()),
                    Piece::Block(block) => print_block(block, &mut out),
                }
            }
        }
        out.join("\n") + "\n"
    }
}

fn block<'t>(opening: &str, lines: &mut impl Iterator<Item = &'t str>) -> Block {
    let (word, path) = opening.split_once(' ').unwrap_or((opening, ""));
    let action = ACTIONS.iter().find(|(name, _)| *name == word);
    let (_, action) = action.unwrap_or_else(|| panic!("no block is called `{word}`"));
    let mut block = Block { action: *action, path: path.to_owned(), lines: Vec::new() };
    let mut notes = Vec::new();
    for line in lines.take_while(|l| *l != "```") {
        if is_note(line) {
            notes.push(line.trim_start().to_owned());
            continue;
        }
        block.lines.push(Line { notes: std::mem::take(&mut notes), text: Some(line.to_owned()) });
    }
    if !notes.is_empty() {
        block.lines.push(Line { notes, text: None });
    }
    block
}

fn is_note(line: &str) -> bool {
    let line = line.trim_start();
    ["# error[", "# warning[", "# help: ", "# other: ", "# witness: ", "# cut: "]
        .iter()
        .any(|start| line.starts_with(start))
}

fn print_block(block: &Block, out: &mut Vec<String>) {
    let word = ACTIONS.iter().find(|(_, a)| *a == block.action).map_or("", |(w, _)| *w);
    out.push(format!("```{word} {}", block.path).trim_end().to_owned());
    for line in &block.lines {
        out.extend(line.notes.iter().cloned());
        out.extend(line.text.clone());
    }
    out.push("```".to_owned());
}

impl Case {
    /// Its blocks.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Block(block) => Some(block),
            Piece::Prose(_) => None,
        })
    }

    /// The same, to be changed.
    pub(crate) fn blocks_mut(&mut self) -> impl Iterator<Item = &mut Block> {
        self.pieces.iter_mut().filter_map(|piece| match piece {
            Piece::Block(block) => Some(block),
            Piece::Prose(_) => None,
        })
    }

    /// A line of prose that begins with a word: `Base: small`.
    pub(crate) fn said(&self, start: &str) -> Option<&str> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Prose(line) => line.strip_prefix(start).map(str::trim),
            Piece::Block(_) => None,
        })
    }

    /// All such lines.
    pub(crate) fn all_said(&self, start: &str) -> Vec<&str> {
        let prose = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Prose(line) => line.strip_prefix(start).map(str::trim),
            Piece::Block(_) => None,
        });
        prose.collect()
    }

    /// True when it says that nothing is wrong.
    pub(crate) fn is_ok(&self) -> bool {
        self.pieces.iter().any(|p| matches!(p, Piece::Prose(line) if line == "ok"))
    }

    /// Codes it expects.
    pub(crate) fn expected_codes(&self) -> Vec<String> {
        let notes = self.blocks().flat_map(|b| &b.lines).flat_map(|l| &l.notes);
        notes.filter_map(|note| Some(note.split_once('[')?.1.split_once(']')?.0.to_owned())).collect()
    }
}
