//! Small changes of one line, as a slip of the hand or of a template would make them.

/// What was done to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The line is gone.
    Deleted,
    /// The line and the next one of its block changed places.
    Swapped,
    /// A number is one more.
    More,
    /// A number is one less.
    Less,
    /// A negation is gone.
    Affirmed,
    /// A word is gone.
    Shorter,
    /// A word became its opposite.
    Opposite,
    /// A name became the one that another line of this form has in its place.
    Other,
}

/// A change: `gone` lines from the changed one on give way to `new`.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) kind: Kind,
    pub(crate) gone: usize,
    pub(crate) new: Vec<String>,
}

/// Words and what a slip makes of them, both ways.
const OPPOSITES: &[(&str, &str)] = &[
    ("accept", "drop"),
    ("saddr", "daddr"),
    ("iifname", "oifname"),
    ("tcp", "udp"),
    ("sport", "dport"),
    ("yes", "no"),
    ("on", "off"),
    ("allow", "deny"),
    ("tagged", "untagged"),
    ("missing", "exists"),
    ("established", "new"),
    ("untracked", "established"),
    ("input", "forward"),
    ("return", "accept"),
    ("trap", "none"),
    ("tunnel", "transport"),
    ("local_ts", "remote_ts"),
    ("replace", "never"),
    ("pubkey", "psk"),
    ("local_addrs", "remote_addrs"),
    ("if_id_in", "if_id_out"),
    ("local", "remote"),
    ("inside4", "inside6"),
    ("ip", "ip6"),
    ("disable", "enable"),
    ("After", "Before"),
    ("src", "dst"),
    ("unreachable", "blackhole"),
    ("ipv6", "yes"),
    ("filter", "nat"),
    ("vlan", "xfrm"),
];

/// Keys whose value people read and no program does.
const TITLES: &[&str] = &["Description", "Documentation"];

/// Pieces of a line: words (names, numbers, addresses) and single signs, spaces with what follows them.
pub(crate) fn pieces(line: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || "_.:/-".contains(c);
    let mut all = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let end = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            if rest.starts_with("!=") { 2 } else { first.len_utf8() }
        };
        let (piece, tail) = rest.split_at(end);
        all.push(piece);
        rest = tail;
    }
    all
}

/// The form of a line: names and numbers are `x`, a remark is only a remark.
pub(crate) fn form(line: &str) -> String {
    let bare = line.trim_start();
    if bare.starts_with(['#', ';', '!']) {
        return "remark".to_owned();
    }
    let is_chain = |p: &str| p.contains("_to_");
    let is_value = |p: &str| p.len() > 1 && p.contains(|c: char| c.is_ascii_digit()) || p.parse::<u64>().is_ok();
    let (code, comment) = bare.split_once(" comment ").unwrap_or((bare, ""));
    let is_key = |key: &str| pieces(key.trim_end()).len() == 1;
    let (key, value) = code.split_once('=').filter(|(key, _)| is_key(key)).unwrap_or(("", code));
    if TITLES.contains(&key) || bare.starts_with("name \"") {
        return "title".to_owned();
    }
    let words = pieces(value).into_iter().map(|p| if is_value(p) || is_chain(p) { "x" } else { p });
    let mut form: String = key_form(key) + &words.collect::<String>();
    if !comment.is_empty() {
        form += " comment";
    }
    form
}

/// The key of a setting; one of an interface is of a kind of interfaces.
fn key_form(key: &str) -> String {
    let mut parts: Vec<String> = key.split('.').map(str::to_owned).collect();
    if let [_, _, conf, interface, _] = &mut parts[..]
        && conf == "conf"
    {
        interface.retain(|c| !c.is_ascii_digit());
    }
    parts.join(".")
}

/// A line of a text, taken apart once for all that is asked of it.
pub(crate) struct Line<'t> {
    pub(crate) text: &'t str,
    form: String,
    pieces: Vec<&'t str>,
}

/// The lines of a text.
pub(crate) fn lines(text: &str) -> Vec<Line<'_>> {
    text.lines().map(|text| Line { text, form: form(text), pieces: pieces(text) }).collect()
}

/// Every small change of a line of a text.
pub(crate) fn changes(lines: &[Line], at: usize) -> Vec<Change> {
    let mut all = vec![Change { kind: Kind::Deleted, gone: 1, new: Vec::new() }];
    all.extend(swapped(lines, at));
    all.extend(rewritten(lines, at).map(|(kind, line)| Change { kind, gone: 1, new: vec![line] }));
    all
}

/// The line after the next one of its block, blank lines and remarks between them staying before it.
fn swapped(lines: &[Line], at: usize) -> Option<Change> {
    let line = &lines[at];
    let is_text = |l: &Line| !l.text.trim().is_empty() && l.form != "remark";
    let indent = |l: &Line| l.text.len() - l.text.trim_start().len();
    let below = lines[at + 1..].iter().take_while(|l| l.text.trim().is_empty() || indent(l) >= indent(line));
    let next = at + 1 + below.clone().position(|l| is_text(l) && indent(l) == indent(line))?;
    let is_other = lines[next].text.trim() != line.text.trim() && !lines[next].text.ends_with('{');
    let new = lines[at + 1..=next].iter().chain([line]).map(|l| l.text.to_owned()).collect();
    (is_text(line) && is_other).then_some(Change { kind: Kind::Swapped, gone: next - at + 1, new })
}

/// The line with one piece changed.
fn rewritten(lines: &[Line], at: usize) -> impl Iterator<Item = (Kind, String)> {
    let Line { text: line, pieces: words, .. } = &lines[at];
    let alike = alike(lines, at);
    let mut all = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let mut put = |kind, new: &str| {
            let mut words = words.clone();
            words[place] = new;
            all.push((kind, words.concat()));
        };
        for (kind, number) in numbers(word) {
            put(kind, &number);
        }
        match *word {
            "!=" | "!" => put(Kind::Affirmed, ""),
            " " | "\t" | "\"" => {}
            _ => put(Kind::Shorter, ""),
        }
        for opposite in OPPOSITES.iter().filter_map(|pair| opposite(pair, word)) {
            put(Kind::Opposite, opposite);
        }
        if let Some(other) = other(&alike, place, word) {
            put(Kind::Other, other);
        }
    }
    let line = (*line).to_owned();
    all.into_iter().filter(move |(_, new)| *new != line)
}

fn opposite(pair: &(&'static str, &'static str), word: &str) -> Option<&'static str> {
    match word {
        _ if word == pair.0 => Some(pair.1),
        _ if word == pair.1 => Some(pair.0),
        _ => None,
    }
}

/// Each run of digits of a word one more, the last one also one less.
fn numbers(word: &str) -> Vec<(Kind, String)> {
    let is_hexadecimal = word.starts_with("0x");
    if is_hexadecimal {
        let number = u64::from_str_radix(&word[2..], 16).unwrap_or(0);
        return vec![(Kind::More, format!("{:#x}", number + 1))];
    }
    let mut all = Vec::new();
    let mut start = 0;
    while let Some(first) = word[start..].find(|c: char| c.is_ascii_digit()).map(|i| i + start) {
        let end = word[first..].find(|c: char| !c.is_ascii_digit()).map_or(word.len(), |i| i + first);
        let is_last = !word[end..].contains(|c: char| c.is_ascii_digit());
        if let Ok(number) = word[first..end].parse::<u64>() {
            let put = |n: u64| format!("{}{n}{}", &word[..first], &word[end..]);
            all.push((Kind::More, put(number + 1)));
            if is_last && number > 0 {
                all.push((Kind::Less, put(number - 1)));
            }
        }
        start = end;
    }
    all
}

/// Lines of the same form, those below first; of a remark or a title none.
fn alike<'l, 't>(lines: &'l [Line<'t>], at: usize) -> Vec<&'l Line<'t>> {
    let form = &lines[at].form;
    let has_names = form != "remark" && form != "title";
    let others = lines[at + 1..].iter().chain(&lines[..at]);
    others.filter(|l| has_names && l.text.len() < 400 && l.form == *form).collect()
}

/// The word that the next line of the same form has at this place.
fn other<'t>(alike: &[&Line<'t>], place: usize, word: &str) -> Option<&'t str> {
    alike.iter().find_map(|l| l.pieces.get(place).copied().filter(|w| *w != word && w.len() > 1))
}
