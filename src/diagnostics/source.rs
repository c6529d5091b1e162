//! Source texts and byte-exact spans in them.

/// One text that diagnostics may point into: a policy file, or a generated file that was read back.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path as people should read it (relative to where the command was run, or to the output directory).
    pub path: String,
    /// Whole text.
    pub text: String,
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
        self.files.push(SourceFile { path: path.into(), text: text.into() });
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
        let before = &self.get(span.source).text[..span.start];
        let line = before.matches('\n').count() + 1;
        let start_of_line = before.rfind('\n').map_or(0, |i| i + 1);
        (line, before[start_of_line..].chars().count() + 1)
    }

    /// `path:line`, as comments of generated files cite it.
    pub fn cite(&self, span: Span) -> String {
        format!("{}:{}", self.get(span.source).path, self.line_column(span).0)
    }

    /// The span of a whole line (from 1) without its end; the last line when there are fewer.
    pub fn line_span(&self, source: SourceId, line: usize) -> Span {
        let text = &self.get(source).text;
        let start =
            text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>().min(text.len());
        let rest = text[start..].lines().next().unwrap_or("");
        let indent = rest.len() - rest.trim_start().len();
        Span { source, start: start + indent, end: start + rest.trim_end().len().max(indent) }
    }
}
