//! Source texts and byte-exact spans in them.

/// One text that diagnostics may point into: a policy file, or a generated file that was read back.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path as people should read it (relative to where the command was run, or to the output directory).
    pub path: String,
    /// Whole text.
    pub text: String,
    /// Where each line begins, found once: whoever proves asks for the places of many lines.
    lines: Vec<usize>,
}

impl SourceFile {
    fn new(path: String, text: String) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        Self { path, text, lines }
    }

    /// The line (from 1) that a byte is on.
    fn line(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte)
    }

    /// Where a line (from 1) begins; the end of the text when there are fewer.
    fn start(&self, line: usize) -> usize {
        self.lines.get(line - 1).copied().unwrap_or(self.text.len())
    }
}

/// Number of a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A byte range of one source: `start` included, `end` excluded, both on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which text.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A value and where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> At<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Same place, other value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> At<U> {
        At { value: f(self.value), span: self.span }
    }
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// All texts of one run.
#[derive(Debug, Default, Clone)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text and gives its number.
    ///
    /// # Panics
    /// Panics past 2³² files.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).expect("fewer than 2^32 sources"));
        self.files.push(SourceFile::new(path.into(), text.into()));
        id
    }

    /// The file behind a number.
    pub fn get(&self, id: SourceId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Every file, in the order it was added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &SourceFile)> {
        (0u32..).map(SourceId).zip(&self.files)
    }

    /// The text a span covers.
    pub fn text(&self, span: Span) -> &str {
        &self.get(span.source).text[span.start..span.end]
    }

    /// Line and column (both from 1, the column in characters) of the first byte of a span.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let file = self.get(span.source);
        let line = file.line(span.start);
        (line, file.text[file.start(line)..span.start].chars().count() + 1)
    }

    /// `path:line`, as comments of generated files cite it.
    pub fn cite(&self, span: Span) -> String {
        format!("{}:{}", self.get(span.source).path, self.line_column(span).0)
    }

    /// The span of a whole line (from 1) without its indent and its end; the end of the text when there are fewer.
    pub fn line_span(&self, source: SourceId, line: usize) -> Span {
        let line = line.max(1);
        let file = self.get(source);
        let start = file.start(line);
        let whole = file.text[start..file.start(line.saturating_add(1)).max(start)].trim_end_matches(['\r', '\n']);
        let indent = whole.len() - whole.trim_start().len();
        Span { source, start: start + indent, end: start + whole.trim_end().len().max(indent) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines and columns by scanning, as one would count with a finger.
    fn counted(text: &str, byte: usize) -> (usize, usize) {
        let before = &text[..byte];
        let begins = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[begins..].chars().count() + 1)
    }

    const TEXTS: &[&str] = &["", "\n", "a", "a\n", "  é: 1\n\n\tb\r\nç", "\n\n x \n"];

    #[test]
    fn every_byte_has_the_line_and_the_column_that_counting_gives() {
        let mut sources = Sources::default();
        for text in TEXTS {
            let source = sources.add("a.yaml", *text);
            for start in (0..=text.len()).filter(|byte| text.is_char_boundary(*byte)) {
                let span = Span { source, start, end: start };
                assert_eq!(sources.line_column(span), counted(text, start), "{text:?} at {start}");
            }
        }
    }

    #[test]
    fn a_line_is_told_without_its_indent_and_its_end() {
        let mut sources = Sources::default();
        let source = sources.add("a.yaml", TEXTS[4]);
        let lines = (0..6).map(|line| sources.text(sources.line_span(source, line)).to_owned());
        assert_eq!(lines.collect::<Vec<_>>(), ["é: 1", "é: 1", "", "b", "ç", ""]);
        assert_eq!(sources.line_span(source, 9).start, TEXTS[4].len());
    }
}
