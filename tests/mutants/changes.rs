//! Small changes of one line, as a slip of the hand or of a template would make them.

/// What was done to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The line is gone.
    Deleted,
    /// The line and the next one changed places.
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
    ("=", "=-"),
];

/// Pieces of a line: words (names, numbers, addresses) and single signs, spaces with what follows them.
pub(crate) fn pieces(line: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || "_.:/-".contains(c);
    let mut all = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let end = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            rest.starts_with("!=").then_some(2).unwrap_or(first.len_utf8())
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
    if bare.starts_with(['#', ';']) {
        return "remark".to_owned();
    }
    let is_chain = |p: &str| p.contains("_to_");
    let is_value = |p: &str| p.len() > 1 && p.contains(|c: char| c.is_ascii_digit()) || p.parse::<u64>().is_ok();
    let (code, comment) = bare.split_once(" comment ").unwrap_or((bare, ""));
    let (key, value) = code.split_once('=').unwrap_or(("", code));
    let words = pieces(value).into_iter().map(|p| if is_value(p) || is_chain(p) { "x" } else { p });
    let mut form: String = key.to_owned() + &words.collect::<String>();
    if !comment.is_empty() {
        form += " comment";
    }
    form
}

/// Every small change of a line of a text.
pub(crate) fn changes(lines: &[&str], at: usize) -> Vec<(Kind, Vec<String>)> {
    let line = lines[at];
    let mut all = vec![(Kind::Deleted, Vec::new())];
    if let Some(next) = lines.get(at + 1).filter(|next| **next != line) {
        all.push((Kind::Swapped, vec![(*next).to_owned(), line.to_owned()]));
    }
    let words = pieces(line);
    for (place, word) in words.iter().enumerate() {
        let with = |new: &str| {
            let mut words = words.clone();
            words[place] = new;
            words.concat()
        };
        let mut put = |kind, new: &str| all.push((kind, vec![with(new)]));
        for (kind, number) in numbers(word) {
            put(kind, &number);
        }
        match *word {
            "!=" | "!" => put(Kind::Affirmed, ""),
            " " | "\t" | "\"" => {}
            _ => put(Kind::Shorter, ""),
        }
        for (a, b) in OPPOSITES {
            if word == a {
                put(Kind::Opposite, b);
            } else if word == b {
                put(Kind::Opposite, a);
            }
        }
        if let Some(other) = other(lines, at, place, &words) {
            put(Kind::Other, other);
        }
    }
    all.retain(|(_, new)| new.len() != 1 || new[0] != line);
    all
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

/// The word that the next line of the same form has at this place.
fn other<'l>(lines: &[&'l str], at: usize, place: usize, words: &[&str]) -> Option<&'l str> {
    let form_here = form(lines[at]);
    if form_here == "remark" {
        return None;
    }
    let below = lines[at + 1..].iter().chain(&lines[..at]);
    let same = below.filter(|l| l.len() < 400 && form(l) == form_here);
    same.map(|l| pieces(l)).find_map(|o| o.get(place).copied().filter(|w| *w != words[place] && w.len() > 1))
}
