//! DOT, the language of Graphviz: nothing that people wrote can end a string or open a tag.

use std::fmt::Write as _;

/// A graph while it is written.
pub(super) struct Dot {
    text: String,
    depth: usize,
}

impl Dot {
    /// Begins a directed graph with its title.
    pub(super) fn new(title: &str, settings: &[(&str, &str)]) -> Self {
        let mut dot = Self { text: "digraph etanche {\n".to_owned(), depth: 1 };
        dot.line(&format!("graph [label={}, labelloc=t, fontsize=16, fontname=\"Helvetica\"]", quoted(title)));
        dot.line(&format!("graph [{}]", attributes(settings)));
        dot.line("node [shape=box, style=\"rounded,filled\", fillcolor=white, color=\"#555555\", fontname=\"Helvetica\", fontsize=11, margin=\"0.12,0.07\"]");
        dot.line("edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\", arrowsize=0.7]");
        dot
    }

    /// A box around what `inside` writes.
    pub(super) fn cluster(&mut self, id: &str, settings: &[(&str, &str)], inside: impl FnOnce(&mut Self)) {
        self.line(&format!("subgraph {} {{", quoted(&format!("cluster_{id}"))));
        self.depth += 1;
        self.line(&format!("graph [{}]", attributes(settings)));
        inside(self);
        self.depth -= 1;
        self.line("}");
    }

    /// A node; its label is a list of lines, the first in bold.
    pub(super) fn node(&mut self, id: &str, lines: &[String], settings: &[(&str, &str)]) {
        let set = if settings.is_empty() { String::new() } else { format!(", {}", attributes(settings)) };
        self.line(&format!("{} [label={}{set}]", quoted(id), label(lines)));
    }

    /// An arrow.
    pub(super) fn edge(&mut self, from: &str, to: &str, settings: &[(&str, &str)]) {
        self.line(&format!("{} -> {} [{}]", quoted(from), quoted(to), attributes(settings)));
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> String {
        self.text.push_str("}\n");
        self.text
    }

    fn line(&mut self, text: &str) {
        writeln!(self.text, "{:1$}{text}", "", self.depth * 2).expect("a string takes every text");
    }
}

fn attributes(settings: &[(&str, &str)]) -> String {
    settings.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect::<Vec<_>>().join(", ")
}

/// A quoted string: `\n` in it stays a line break for Graphviz, every other backslash and quote is its own.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

/// An HTML-like label.
fn label(lines: &[String]) -> String {
    let escaped =
        |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let rows = lines.iter().enumerate().map(|(nth, line)| {
        let line = escaped(line);
        if nth == 0 { format!("<b>{line}</b>") } else { format!("<br/><font point-size=\"9\">{line}</font>") }
    });
    format!("<{}>", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{label, quoted};

    #[test]
    fn no_text_ends_its_string() {
        assert_eq!(quoted("a\" -> b [x=\\\"\n"), "\"a\\\" -> b [x=\\\\\\\"\\n\"");
    }

    #[test]
    fn no_text_opens_a_tag() {
        assert_eq!(label(&["<b>&\"".to_owned()]), "<<b>&lt;b&gt;&amp;&quot;</b>>");
    }
}
