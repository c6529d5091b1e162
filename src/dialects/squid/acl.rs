//! Conditions: one row a type that the model knows.

use ipnet::IpNet;

use super::Draft;
use super::defaults::{ACL_NAME, LITERAL_PATTERNS};
use super::lines::{Statement, Word};
use super::values::{self, Refused};
use crate::config::Loc;
use crate::config::web::{Acl, AclTest};
use crate::diagnostics::codes::readback::{
    READBACK_BAD_VALUE, READBACK_FAILS_OPEN, READBACK_REPEATED, READBACK_UNMODELLED,
};
use crate::diagnostics::{Code, Span};

/// Reads the words after the type.
type Read = fn(&mut Draft<'_, '_>, &Statement<'_>) -> Option<AclTest>;

/// Types of condition, sorted by name.
const KINDS: &[(&str, Read)] = &[
    ("dst", |d, s| Some(AclTest::Destination(each(d, s, values::prefix)?))),
    ("dstdom_regex", literal),
    ("dstdomain", domains),
    ("localport", local_port),
    ("method", connect),
    ("port", |d, s| Some(AclTest::Port(each(d, s, values::ports)?))),
    ("src", |d, s| Some(AclTest::Source(each(d, s, values::prefix)?))),
];

/// Names that Squid defines itself (src/cf.data.pre of 5.7, DEFAULT_IF_NONE lines of `acl`), in its own spelling.
const BUILT_IN: &[&str] = &["CONNECT", "all", "localhost", "manager", "to_localhost"];

/// The one of them that may be written again: its values are added to what it has already.
const AGAIN: &str = "CONNECT";

/// Squid looks names up without their case (`ACL::FindByName`, measured): two spellings are one acl.
fn is_same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The spelling under which Squid knows a name that is written otherwise, if it does.
pub(super) fn other_spelling<'n>(acls: &'n [Acl], name: &str) -> Option<&'n str> {
    let known = acls.iter().map(|a| a.name.as_str()).chain(BUILT_IN.iter().copied());
    known.filter(|k| is_same(k, name)).find(|k| *k != name)
}

/// `acl NAME TYPE VALUE…`
pub(super) fn read(draft: &mut Draft<'_, '_>, line: &Statement<'_>) {
    let [name, kind, _, ..] = line.values() else {
        draft.refuse(&READBACK_BAD_VALUE, line.span(&draft.file), "an acl without name, type and value");
        return;
    };
    let Some((_, read)) = KINDS.iter().find(|(k, _)| *k == kind.text) else {
        let what = format!("the model knows no acl type `{}`", kind.text);
        let span = kind.span(&draft.file);
        draft.refuse(&READBACK_UNMODELLED, span, what);
        return;
    };
    if !name_is_free(draft, *name, kind.text) {
        return;
    }
    if let Some(test) = read(draft, line) {
        let span = line.from(3, &draft.file);
        define(draft, *name, test, line, span);
    }
}

fn name_is_free(draft: &mut Draft<'_, '_>, name: Word<'_>, kind: &str) -> bool {
    let ok = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let starts = name.text.starts_with(|c: char| c.is_ascii_alphabetic());
    let span = name.span(&draft.file);
    if !starts || name.text.len() > ACL_NAME || !name.text.chars().all(ok) {
        draft.refuse(&READBACK_BAD_VALUE, span, "not the name of an acl");
        return false;
    }
    if let Some(known) = other_spelling(&draft.filter.acls, name.text).map(str::to_owned) {
        draft.refuse_spelling(name, &known);
        return false;
    }
    if BUILT_IN.contains(&name.text) && !(name.text == AGAIN && kind == "method") {
        draft.refuse(&READBACK_REPEATED, span, format!("`{}` is Squid's own", name.text));
        return false;
    }
    true
}

/// A second definition of a name adds its values to the first, as Squid does; of another type it stops Squid.
fn define(draft: &mut Draft<'_, '_>, name: Word<'_>, test: AclTest, line: &Statement<'_>, at: Span) {
    let old = draft.filter.acls.iter().position(|a| a.name == name.text);
    let Some(old) = old else {
        let test = settled(draft, test, 0, at);
        let at = draft.file.loc(line.name().start);
        draft.filter.acls.push(Acl { name: name.text.to_owned(), test, at });
        return;
    };
    let known = std::mem::replace(&mut draft.filter.acls[old].test, AclTest::All);
    let values = count(&known);
    let merged = match (known, test) {
        (AclTest::Source(a), AclTest::Source(b)) => AclTest::Source(and(a, b)),
        (AclTest::Destination(a), AclTest::Destination(b)) => AclTest::Destination(and(a, b)),
        (AclTest::Port(a), AclTest::Port(b)) => AclTest::Port(and(a, b)),
        (AclTest::Domain(a), AclTest::Domain(b)) => AclTest::Domain(and(a, b)),
        (AclTest::Connect, AclTest::Connect) => AclTest::Connect,
        (AclTest::Literal, AclTest::Literal) => AclTest::Literal,
        (known, _) => {
            let what = format!("`{}` is defined above, and these values cannot be added to it", name.text);
            draft.refuse(&READBACK_REPEATED, at, what);
            draft.filter.acls[old].test = known;
            return;
        }
    };
    draft.filter.acls[old].test = settled(draft, merged, values, at);
}

fn and<T>(mut known: Vec<T>, more: Vec<T>) -> Vec<T> {
    known.extend(more);
    known
}

/// How many prefixes a test has.
fn count(test: &AclTest) -> usize {
    match test {
        AclTest::Source(nets) | AclTest::Destination(nets) => nets.len(),
        _ => 0,
    }
}

/// Refuses what Squid would drop with a warning; the prefixes before the place `new` were looked at already.
fn settled(draft: &mut Draft<'_, '_>, test: AclTest, new: usize, at: Span) -> AclTest {
    match &test {
        AclTest::Source(nets) | AclTest::Destination(nets) => check_nets(draft, nets, new, at),
        AclTest::Domain(names) => check_domains(draft, names, at),
        _ => {}
    }
    test
}

fn check_nets(draft: &mut Draft<'_, '_>, nets: &[IpNet], new: usize, at: Span) {
    for (i, a) in nets.iter().enumerate().skip(new) {
        if let Some(b) = nets[..i].iter().find(|b| a.contains(*b) || b.contains(a)) {
            let what = format!("`{a}` and `{b}` overlap: Squid keeps one of them and ignores the other");
            draft.refuse(&READBACK_FAILS_OPEN, at, what);
        }
    }
}

/// Names that cover each other, in one acl.
pub(super) fn check_domains(draft: &mut Draft<'_, '_>, names: &[String], at: Span) {
    let mut sorted: Vec<Vec<&str>> = names.iter().map(|n| n.rsplit('.').collect()).collect();
    sorted.sort();
    for pair in sorted.windows(2) {
        if pair[1].starts_with(&pair[0]) {
            let show = |labels: &[&str]| labels.iter().rev().copied().collect::<Vec<_>>().join(".");
            let what = format!(
                "`.{}` already covers `.{}`: Squid ignores one of them, or stops",
                show(&pair[0]),
                show(&pair[1])
            );
            draft.refuse(&READBACK_FAILS_OPEN, at, what);
        }
    }
}

fn arguments<'s, 'a>(line: &'s Statement<'a>) -> &'s [Word<'a>] {
    &line.values()[2..]
}

/// Each word after the type as one value; None when one is refused (each is told).
fn each<T>(draft: &mut Draft<'_, '_>, line: &Statement<'_>, value: fn(&str) -> Result<T, Refused>) -> Option<Vec<T>> {
    all(draft, arguments(line), value)
}

fn all<T>(draft: &mut Draft<'_, '_>, words: &[Word<'_>], value: fn(&str) -> Result<T, Refused>) -> Option<Vec<T>> {
    let mut found = Vec::new();
    for word in words {
        match value(word.text) {
            Ok(v) => found.push(v),
            Err(why) => draft.refuse(&READBACK_BAD_VALUE, word.span(&draft.file), why),
        }
    }
    (found.len() == words.len()).then_some(found)
}

/// With `-n` a host written as an address is in no list; without it Squid asks for its reverse name, and believes it.
fn domains(draft: &mut Draft<'_, '_>, line: &Statement<'_>) -> Option<AclTest> {
    let [no_lookup, words @ ..] = arguments(line) else {
        return None;
    };
    if no_lookup.text != "-n" || words.is_empty() {
        let what = "without `-n` the owner of an address chooses its reverse name, hence its lists";
        return alone(draft, line, &READBACK_UNMODELLED, what);
    }
    match words {
        [one] if one.text.starts_with('"') => {
            let path = one.text.trim_matches('"').to_owned();
            draft.use_list(&path, *one).then_some(AclTest::DomainFile(path))
        }
        words if words.iter().any(|w| w.text.starts_with('"')) => {
            let what = "one list file, or domains written here, not several of them";
            alone(draft, line, &READBACK_UNMODELLED, what)
        }
        words => Some(AclTest::Domain(all(draft, words, values::domain)?)),
    }
}

fn literal(draft: &mut Draft<'_, '_>, line: &Statement<'_>) -> Option<AclTest> {
    let texts: Vec<&str> = arguments(line).iter().map(|w| w.text).collect();
    if texts == ["-n", LITERAL_PATTERNS[0], LITERAL_PATTERNS[1]] {
        return Some(AclTest::Literal);
    }
    let what = "patterns other than the two that say \"written as an address\", with `-n`";
    alone(draft, line, &READBACK_UNMODELLED, what)
}

fn connect(draft: &mut Draft<'_, '_>, line: &Statement<'_>) -> Option<AclTest> {
    match arguments(line) {
        [one] if one.text == "CONNECT" => Some(AclTest::Connect),
        _ => alone(draft, line, &READBACK_UNMODELLED, "the model knows the method CONNECT alone"),
    }
}

fn local_port(draft: &mut Draft<'_, '_>, line: &Statement<'_>) -> Option<AclTest> {
    match arguments(line) {
        [one] => match values::ports(one.text) {
            Ok((first, last)) if first == last => Some(AclTest::ProxyPort(first)),
            _ => alone(draft, line, &READBACK_BAD_VALUE, "not one port"),
        },
        _ => alone(draft, line, &READBACK_UNMODELLED, "the model knows one port here"),
    }
}

/// Refuses all values of the line at once.
fn alone(draft: &mut Draft<'_, '_>, line: &Statement<'_>, code: &'static Code, what: &str) -> Option<AclTest> {
    let span = line.from(3, &draft.file);
    draft.refuse(code, span, what);
    None
}

/// The test behind a name that Squid defines itself.
pub(super) fn built_in(name: &str) -> Option<Acl> {
    let nets = |texts: &[&str]| texts.iter().filter_map(|t| t.parse().ok()).collect::<Vec<IpNet>>();
    let test = match name {
        "all" => AclTest::All,
        "manager" => AclTest::Manager,
        "localhost" => AclTest::Source(nets(&["127.0.0.1/32", "::1/128"])),
        "to_localhost" => AclTest::Destination(nets(&["127.0.0.0/8", "0.0.0.0/32", "::1/128", "::/128"])),
        AGAIN => AclTest::Connect,
        _ => return None,
    };
    Some(Acl { name: name.to_owned(), test, at: Loc::MADE })
}
