//! Source texts as excerpts show them: a line longer than a screen keeps its beginning and what is around the places
//! that are spoken of. Line and column numbers stay those of the file.

use std::borrow::Cow;
use std::ops::Range;

use codespan_reporting::files::{Error, Files, SimpleFile};

use super::SourceFile;

/// Bytes of a line that is shown whole.
const WHOLE: usize = 400;
/// Bytes kept before a place, at the beginning of a line, and behind a place.
const AROUND: usize = 80;
/// What stands for what was cut.
const CUT: &str = "…";

/// One text, with what its long lines leave out.
pub(super) struct Excerpt<'s> {
    whole: &'s str,
    shown: SimpleFile<&'s str, Cow<'s, str>>,
    /// Bytes of the whole text that are not shown, in order.
    cuts: Vec<Range<usize>>,
}

impl<'s> Excerpt<'s> {
    /// A text of which these bytes are spoken of.
    pub(super) fn new(file: &'s SourceFile, places: &[Range<usize>]) -> Self {
        let whole = file.text.as_str();
        let mut cuts = Vec::new();
        let mut start = 0;
        for line in whole.split_inclusive('\n') {
            let bytes = start..start + line.len();
            start = bytes.end;
            if line.len() > WHOLE {
                cuts.extend(cut(whole, &bytes, places));
            }
        }
        let shown = if cuts.is_empty() { Cow::Borrowed(whole) } else { Cow::Owned(without(whole, &cuts)) };
        Self { whole, shown: SimpleFile::new(file.path.as_str(), shown), cuts }
    }

    /// Where a byte of the whole text is shown.
    pub(super) fn place(&self, byte: usize) -> usize {
        let before = self.cuts.iter().take_while(|c| c.end <= byte);
        byte - before.map(|c| c.len() - CUT.len()).sum::<usize>()
    }

    /// The byte of the whole text that is shown at a place.
    fn byte(&self, place: usize) -> usize {
        self.cuts.iter().fold(place, |byte, c| if c.start < byte { byte + c.len() - CUT.len() } else { byte })
    }
}

/// What a long line leaves out: all but its beginning, its end, and what is around the ends of each place in it.
fn cut(text: &str, line: &Range<usize>, places: &[Range<usize>]) -> Vec<Range<usize>> {
    let ends = places.iter().flat_map(|p| [p.start, p.end]).filter(|end| line.contains(end));
    let mut kept: Vec<Range<usize>> = ends.map(|at| at.saturating_sub(AROUND)..at + AROUND).collect();
    kept.push(line.start..line.start + AROUND);
    kept.push(line.end - 1..line.end);
    kept.sort_by_key(|k| k.start);
    let mut cuts = Vec::new();
    let mut reached = line.start;
    for part in kept {
        let gap = boundary(text, reached)..boundary(text, part.start);
        if gap.end > gap.start + CUT.len() {
            cuts.push(gap);
        }
        reached = reached.max(part.end);
    }
    cuts
}

/// The last boundary between characters that is not after a byte.
fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn without(text: &str, cuts: &[Range<usize>]) -> String {
    let mut shown = String::new();
    let mut from = 0;
    for cut in cuts {
        shown.push_str(&text[from..cut.start]);
        shown.push_str(CUT);
        from = cut.end;
    }
    shown + &text[from..]
}

/// All texts, by number.
pub(super) struct Excerpts<'s>(pub(super) Vec<Excerpt<'s>>);

impl Excerpts<'_> {
    fn get(&self, id: usize) -> Result<&Excerpt<'_>, Error> {
        self.0.get(id).ok_or(Error::FileMissing)
    }
}

impl<'a> Files<'a> for Excerpts<'_> {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(self.get(id)?.shown.name())
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Files::source(&self.get(id)?.shown, ())
    }

    fn line_index(&'a self, id: usize, byte: usize) -> Result<usize, Error> {
        self.get(id)?.shown.line_index((), byte)
    }

    fn line_range(&'a self, id: usize, line: usize) -> Result<Range<usize>, Error> {
        self.get(id)?.shown.line_range((), line)
    }

    fn column_number(&'a self, id: usize, _: usize, byte: usize) -> Result<usize, Error> {
        let excerpt = self.get(id)?;
        let before = &excerpt.whole[..boundary(excerpt.whole, excerpt.byte(byte))];
        Ok(before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Colour, Diagnostic, Sources, Span, render_human};
    use crate::diagnostics::codes::policy::BAD_NAME;

    fn told(text: &str, start: usize, end: usize) -> String {
        let mut sources = Sources::default();
        let source = sources.add("a.yaml", text);
        let finding = Diagnostic::new(&BAD_NAME, Span { source, start, end }, "this is no name");
        render_human(&[finding], &sources, Colour::None)
    }

    #[test]
    fn a_long_line_shows_its_beginning_and_the_place() {
        let text = format!("zones:\n  key: {}?{}\nmore: 1\n", "é".repeat(9000), "x".repeat(9000));
        let at = text.find('?').expect("a place");
        let shown = told(&text, at, at + 1);
        assert!(shown.contains("a.yaml:2:9008") && shown.contains("key: é") && shown.contains("é?x"), "{shown}");
        assert!(shown.len() < 1200, "{shown}");
    }

    #[test]
    fn a_long_place_shows_both_its_ends() {
        let text = format!("a: [{}]\n", "b".repeat(20_000));
        let shown = told(&text, 3, 20_005);
        assert!(shown.contains("a.yaml:1:4") && shown.contains("[bbb") && shown.contains("bbb]"), "{shown}");
        assert!(shown.len() < 1500, "{shown}");
    }

    #[test]
    fn a_line_of_four_hundred_bytes_is_shown_whole() {
        let line = format!("a: {}\n", "c".repeat(396));
        assert!(told(&line, 0, 1).contains(line.trim_end()));
        let longer = format!("a: {}\n", "c".repeat(397));
        assert!(told(&longer, 0, 1).contains('…'));
    }
}
