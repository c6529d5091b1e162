//! Quoting: the only ways by which text that people wrote reaches a file.
//!
//! Each takes a text and gives it as the target's syntax holds it, or says why it cannot. Comments alone are changed
//! to fit, because nothing depends on them. Must not know what is being written, only the syntax it goes to.

use super::error::Problem;

/// A quoting filter.
pub(super) type Quoting = fn(&str) -> Result<String, Problem>;

/// Every quoting filter with one argument, by its name in templates.
pub(super) const FILTERS: &[(&str, Quoting)] = &[
    ("account_name", account_name),
    ("confined_value", confined_value),
    ("domain", domain),
    ("exec_word", exec_word),
    ("hash_line", hash_line),
    ("ini_value", ini_value),
    ("ios_text", ios_text),
    ("link_name", link_name),
    ("nft_comment", nft_comment),
    ("nft_log", nft_log),
    ("nft_name", nft_name),
    ("pac_remark", pac_remark),
    ("setting_key", setting_key),
    ("setting_value", setting_value),
    ("squid_name", squid_name),
    ("squid_path", squid_path),
    ("squid_words", squid_words),
    ("swan_name", swan_name),
    ("swan_value", swan_value),
    ("tsv_cell", tsv_cell),
    ("unit_name", unit_name),
];

/// Bytes of a rule's comment that nft keeps (1.0.6: 129 are refused).
const NFT_COMMENT: usize = 128;
/// Bytes of a remark line.
const REMARK: usize = 240;

/// Words of nft's grammar that cannot name a set or chain where they could be taken for what they mean.
const NFT_WORDS: &[&str] = &[
    "accept",
    "add",
    "ah",
    "arp",
    "bridge",
    "chain",
    "comment",
    "comp",
    "continue",
    "counter",
    "ct",
    "dccp",
    "define",
    "delete",
    "dnat",
    "drop",
    "dup",
    "elements",
    "esp",
    "ether",
    "exthdr",
    "fib",
    "flags",
    "flush",
    "fwd",
    "goto",
    "hash",
    "hook",
    "icmp",
    "icmpv6",
    "igmp",
    "include",
    "inet",
    "ip",
    "ip6",
    "iif",
    "iifname",
    "jump",
    "limit",
    "log",
    "map",
    "mark",
    "masquerade",
    "meta",
    "meter",
    "netdev",
    "notrack",
    "numgen",
    "oif",
    "oifname",
    "osf",
    "policy",
    "priority",
    "queue",
    "quota",
    "redirect",
    "reject",
    "reset",
    "return",
    "rt",
    "rule",
    "sctp",
    "set",
    "snat",
    "socket",
    "synproxy",
    "table",
    "tcp",
    "th",
    "time",
    "tproxy",
    "type",
    "typeof",
    "udp",
    "udplite",
    "undefine",
    "vlan",
    "vmap",
    "xt",
];

/// Text of a `#` line: one line, nothing invisible, no continuation at its end.
pub(super) fn hash_line(text: &str) -> Result<String, Problem> {
    Ok(cut(&one_line(text).replace('\\', "/"), REMARK))
}

/// Text between the quotes of an nft comment.
pub(super) fn nft_comment(text: &str) -> Result<String, Problem> {
    Ok(cut(&one_line(text).replace('\\', "/").replace('"', "'"), NFT_COMMENT))
}

/// Name of an nft set or chain.
pub(super) fn nft_name(text: &str) -> Result<String, Problem> {
    let problem = |why| Problem::text("an nft name", text, why);
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) || !only(text, "_-.") {
        return Err(problem("it must be a letter, then letters, digits, `_`, `-`, `.`"));
    }
    if text.len() > 100 {
        return Err(problem("it has more than 100 bytes"));
    }
    if NFT_WORDS.contains(&text) {
        return Err(problem("it is a word of nft's grammar"));
    }
    Ok(text.to_owned())
}

/// Text between the quotes of an nft log prefix; nft expands `$` there.
pub(super) fn nft_log(text: &str) -> Result<String, Problem> {
    let problem = |why| Problem::text("an nft log prefix", text, why);
    if text.chars().any(|c| unseen(c) || "\"\\$".contains(c)) {
        return Err(problem("quotes, backslashes, `$` and control characters have no escape there"));
    }
    if text.is_empty() || text.len() > 127 {
        return Err(problem("it must have 1 to 127 bytes"));
    }
    Ok(text.to_owned())
}

/// Name of an interface, whole: no wildcard.
pub(super) fn link_name(text: &str) -> Result<String, Problem> {
    if text.is_empty() || text.len() > 15 || !only(text, "_-.") || text.starts_with(['-', '.']) {
        return Err(Problem::text("an interface name", text, "it must be 1 to 15 letters, digits, `_`, `-`, `.`"));
    }
    Ok(text.to_owned())
}

/// Text between double quotes of AOS-S, quotes included.
pub(super) fn aos_quoted(text: &str, at_most: usize) -> Result<String, Problem> {
    let problem = |why| Problem::text("an AOS-S string", text, why);
    if !text.chars().all(|c| (' '..='~').contains(&c) && !"\"\\".contains(c)) {
        return Err(problem("it must be printable ASCII without quotes and backslashes"));
    }
    if text.is_empty() || text.len() > at_most {
        return Err(problem("it is empty or too long"));
    }
    Ok(format!("\"{text}\""))
}

/// A name on a line of IOS: host, VLAN.
pub(super) fn ios_word(text: &str, at_most: usize) -> Result<String, Problem> {
    if text.len() > at_most {
        return Err(Problem::text("an IOS name", text, "it is too long"));
    }
    plain("an IOS name", text, "-_.")
}

/// The rest of a line of IOS, without quotes: `?` asks for help while it is typed, `^` may begin a control character.
pub(super) fn ios_text(text: &str) -> Result<String, Problem> {
    let problem = |why| Problem::text("an IOS text", text, why);
    if !text.chars().all(|c| (' '..='~').contains(&c) && !"?^\"\\!".contains(c)) {
        return Err(problem("it must be printable ASCII without quotes, backslashes, `?`, `^`, `!`"));
    }
    if text.is_empty() || text.trim() != text || text.len() > 200 {
        return Err(problem("it is empty, too long, or has blanks at an end"));
    }
    Ok(text.to_owned())
}

/// Value of a line `Key=value` of systemd's files.
pub(super) fn ini_value(text: &str) -> Result<String, Problem> {
    let problem = |why| Problem::text("a systemd value", text, why);
    if text.chars().any(|c| unseen(c) || c == '\\') {
        return Err(problem("control characters and backslashes are not written"));
    }
    if text.is_empty() || text.trim() != text || text.len() > 500 {
        return Err(problem("it is empty, too long, or has blanks at an end"));
    }
    Ok(text.to_owned())
}

/// Name of a systemd unit.
pub(super) fn unit_name(text: &str) -> Result<String, Problem> {
    plain("a unit name", text, "_-.:@")
}

/// Value of what confines a unit's program: names, and groups of system calls.
pub(super) fn confined_value(text: &str) -> Result<String, Problem> {
    plain("what confines a program", text, "_-@ ")
}

/// One word of a command line of a systemd unit, without anything that systemd expands.
pub(super) fn exec_word(text: &str) -> Result<String, Problem> {
    plain("a word of a command line", text, "_-./=:,@+")
}

/// Name of a kernel or daemon setting.
pub(super) fn setting_key(text: &str) -> Result<String, Problem> {
    plain("the name of a setting", text, "_-./*")
}

/// Value of a kernel or daemon setting.
pub(super) fn setting_value(text: &str) -> Result<String, Problem> {
    plain("the value of a setting", text, "_-./:, ")
}

/// Name of a section of swanctl.conf.
pub(super) fn swan_name(text: &str) -> Result<String, Problem> {
    plain("a section name of swanctl.conf", text, "_-")
}

/// Value of swanctl.conf: bare when it can be, else between quotes.
pub(super) fn swan_value(text: &str) -> Result<String, Problem> {
    if !text.is_empty() && only(text, "_-.:@/*%+") {
        return Ok(text.to_owned());
    }
    if text.is_empty() || text.trim() != text || text.chars().any(|c| unseen(c) || "\"\\".contains(c)) {
        return Err(Problem::text(
            "a value of swanctl.conf",
            text,
            "quotes, backslashes, control characters and outer blanks have no place there",
        ));
    }
    Ok(format!("\"{text}\""))
}

/// Name of a Squid ACL.
pub(super) fn squid_name(text: &str) -> Result<String, Problem> {
    if text.len() > 31 || !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(Problem::text("a Squid name", text, "it must begin with a letter and have 31 bytes at most"));
    }
    plain("a Squid name", text, "_-")
}

/// Name of an account, as systemd-sysusers takes it (sysusers.d(5)).
pub(super) fn account_name(text: &str) -> Result<String, Problem> {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    let opens = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if opens && text.len() <= 31 && text.bytes().all(ok) {
        return Ok(text.to_owned());
    }
    Err(Problem::text(
        "the name of an account",
        text,
        "it must be lower-case letters, digits, `_`, `-`, 31 bytes at most",
    ))
}

/// A path between quotes in a Squid ACL.
pub(super) fn squid_path(text: &str) -> Result<String, Problem> {
    if !text.starts_with('/') || text.contains("//") || text.contains("..") {
        return Err(Problem::text("a path", text, "it must be absolute and plain"));
    }
    plain("a path", text, "_-./")
}

/// Words after a Squid directive: nothing that quotes, expands or remarks.
pub(super) fn squid_words(text: &str) -> Result<String, Problem> {
    let problem = |why| Problem::text("words of a Squid directive", text, why);
    if text.is_empty() || text.split(' ').any(str::is_empty) {
        return Err(problem("they must stand one blank apart"));
    }
    if !text.chars().all(|c| (' '..='~').contains(&c) && !"\"'#\\$`".contains(c)) {
        return Err(problem("they must be printable ASCII without quotes, `#`, `$`, backslash"));
    }
    Ok(text.to_owned())
}

/// A domain with all its subdomains, as Squid writes it: a dot in front.
pub(super) fn domain(text: &str) -> Result<String, Problem> {
    let problem = |why| Problem::text("a domain", text, why);
    let name = text.strip_prefix('.').unwrap_or(text);
    if name.len() > 253 || !name.split('.').all(is_label) {
        return Err(problem("it must be lower-case letters, digits and hyphens between dots (xn-- for accents)"));
    }
    if name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit())) {
        return Err(problem("it is written as an address"));
    }
    Ok(format!(".{name}"))
}

fn is_label(label: &str) -> bool {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    (1..=63).contains(&label.len()) && label.bytes().all(ok) && !label.starts_with('-') && !label.ends_with('-')
}

/// A remark in a script: ECMAScript ends a line at more characters than people see, so none but these.
pub(super) fn pac_remark(text: &str) -> Result<String, Problem> {
    plain("a remark in a script", text, "_-./:,@()+ ")
}

/// A cell of the apply table.
pub(super) fn tsv_cell(text: &str) -> Result<String, Problem> {
    plain("a cell of a table", text, "_-./=:,@+ ")
}

/// An output path, relative to the device's directory.
pub(super) fn path(text: &str) -> Result<String, Problem> {
    if text.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return Err(Problem::text("an output path", text, "it must be relative, without hidden or empty parts"));
    }
    plain("an output path", text, "_-./")
}

fn plain(quoting: &'static str, text: &str, others: &str) -> Result<String, Problem> {
    if text.is_empty() || text.trim() != text || !only(text, others) {
        return Err(Problem::text(quoting, text, "it holds characters that are not written there"));
    }
    Ok(text.to_owned())
}

fn only(text: &str, others: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

/// Control characters, line separators, and marks that turn the reading direction.
fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn one_line(text: &str) -> String {
    let seen: String = text.chars().map(|c| if unseen(c) { ' ' } else { c }).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `bytes` bytes, cut on a character boundary with an ellipsis.
fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let mut end = bytes - '…'.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", text[..end].trim_end())
}

#[cfg(test)]
mod tests;
