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
        let lines: Vec<String> = title.lines().map(str::to_owned).collect();
        dot.line(&format!("graph [label={}, labelloc=t, fontsize=16, fontname=\"Helvetica\"]", label(&lines, 10)));
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
        self.line(&format!("{} [label={}{set}]", quoted(id), label(lines, 9)));
    }

    /// An arrow; what is written on it stays readable where others cross it.
    pub(super) fn edge(&mut self, from: &str, to: &str, said: &str, settings: &[(&str, &str)]) {
        let text = if said.is_empty() { String::new() } else { format!("label={}, ", on_white(said)) };
        self.line(&format!("{} -> {} [{text}{}]", quoted(from), quoted(to), attributes(settings)));
    }

    /// What lines and colours mean: rows of a sample in its colour, and words.
    pub(super) fn legend(&mut self, rows: &[(&str, &str, &str)]) {
        let row = |(sample, colour, words): &(&str, &str, &str)| {
            format!(
                "<tr><td align=\"right\"><font color=\"{colour}\">{}</font></td><td align=\"left\">{}</td></tr>",
                escaped(sample),
                escaped(words)
            )
        };
        let rows: String = rows.iter().map(row).collect();
        self.line(&format!(
            "\"legend\" [shape=plain, style=\"\", fontsize=9, label=<<table border=\"1\" color=\"#bbbbbb\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"3\">{rows}</table>>]"
        ));
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

/// An HTML-like label: the first line in bold, the others smaller.
fn label(lines: &[String], small: u8) -> String {
    let rows = lines.iter().enumerate().map(|(nth, line)| {
        let line = escaped(line);
        if nth == 0 { format!("<b>{line}</b>") } else { format!("<br/><font point-size=\"{small}\">{line}</font>") }
    });
    format!("<{}>", rows.collect::<String>())
}

/// Lines of text on a white ground.
fn on_white(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    format!(
        "<<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"1\"><tr><td bgcolor=\"white\">{}</td></tr></table>>",
        lines.join("<br/>")
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{label, on_white, quoted};

    #[test]
    fn no_text_ends_its_string() {
        assert_eq!(quoted("a\" -> b [x=\\\"\n"), "\"a\\\" -> b [x=\\\\\\\"\\n\"");
    }

    #[test]
    fn no_text_opens_a_tag() {
        assert_eq!(label(&["<b>&\"".to_owned()], 9), "<<b>&lt;b&gt;&amp;&quot;</b>>");
        assert!(on_white("a</td>\n<b>").contains(">a&lt;/td&gt;<br/>&lt;b&gt;<"));
    }
}
