//! `sysusers.conf` back into accounts and their numbers (sysusers.d(5), systemd 252).
//!
//! Takes the text, gives a map. The packet filter knows a process by its numeric user id, the program by its account's
//! name: this file alone binds the two. Every line makes one account that nobody can log in to; whatever else the
//! format can do (groups, memberships, ranges, numbers taken from files) is an error.
//!
//! What the text cannot promise: systemd-sysusers gives another number when the written one is taken, and leaves an
//! account that exists as it is. The apply script compares the numbers and undoes everything when one differs.

use super::words::{Read, Word, Words, decimal};
use crate::diagnostics::codes::host;
use crate::diagnostics::{Diagnostic, Sink};
use crate::dialects::{Dialect, File, Reading};
use std::collections::BTreeMap;

/// User ids by account.
pub type Accounts = BTreeMap<String, u32>;

/// Longest name of an account (`valid_user_group_name` of systemd, `UT_NAMESIZE` less its end).
const LONGEST: usize = 31;
/// Numbers that a file may give away: above the system's own, below those that systemd gives by itself (UIDS-GIDS).
const NUMBERS: std::ops::RangeInclusive<u32> = 1000..=60_000;
/// A home that does not exist, and a shell that ends at once: the account is no person's.
const NOBODY: [&str; 2] = ["/nonexistent", "/usr/sbin/nologin"];

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "sysusers",
    name: "accounts (sysusers.d)",
    claims: |path| path == "sysusers.conf",
    read: read_files,
    codes: &[],
};

fn read_files(reading: &mut Reading<'_>) {
    for file in &reading.files {
        reading.bundle.host.get_or_insert_default().accounts = read(file, reading.sink).unwrap_or_default();
    }
}

/// The accounts that the text makes; None when it has an error, with every finding in the sink.
pub fn read(text: &File<'_>, sink: &mut Sink) -> Option<Accounts> {
    let mut found = Sink::default();
    let mut accounts = Accounts::new();
    let mut seen: BTreeMap<String, Word> = BTreeMap::new();
    if let Some(stray) = text.stray() {
        found.push(stray);
    }
    for line in text.lines().into_iter().filter(|l| !l.text.is_empty() && !l.text.starts_with('#')) {
        match account(&line) {
            Ok((name, uid)) => {
                for (word, what) in [(&name, "account"), (&uid, "number")] {
                    if let Some(first) = seen.insert(word.text.clone(), word.clone()) {
                        found.push(twice(word, &first, what));
                    }
                }
                accounts.insert(name.text, uid.text.parse().unwrap_or_default());
            }
            Err(finding) => found.push(*finding),
        }
    }
    let clean = !found.has_errors();
    sink.append(found);
    clean.then_some(accounts)
}

fn twice(word: &Word, first: &Word, what: &str) -> Diagnostic {
    word.wrong(&host::DUPLICATE, format!("{what} `{}` is given twice", word.text))
        .other(first.span, "first here")
        .help("two programs with one number have the same rights in the packet filter")
}

/// Name and number of `u NAME NUMBER "WORDS" /nonexistent /usr/sbin/nologin`.
fn account(line: &Word) -> Read<(Word, Word)> {
    let quoted: Vec<&str> = line.text.split('"').collect();
    let [_, words, _] = quoted.as_slice() else {
        return Err(Box::new(not_an_account(line)));
    };
    let start = line.text.find('"').unwrap_or_default();
    let end = start + words.len() + 2;
    let (before, after) = (fields(line, 0..start), fields(line, end..line.text.len()));
    let ([kind, name, uid], [home, shell]) = (before.as_slice(), after.as_slice()) else {
        return Err(Box::new(not_an_account(line)));
    };
    let is_apart = line.text[..start].ends_with([' ', '\t']) && line.text[end..].starts_with([' ', '\t']);
    if kind.text != "u" || !is_apart || words.contains(['%', '\\', ':']) {
        return Err(Box::new(not_an_account(line)));
    }
    check_name(name)?;
    if !NUMBERS.contains(&decimal(uid)?) {
        let message = format!("`{}` is not a number from {} to {}", uid.text, NUMBERS.start(), NUMBERS.end());
        return Err(Box::new(uid.wrong(&host::VALUE, message).help("others are the system's own")));
    }
    for (word, safe) in [home, shell].into_iter().zip(NOBODY) {
        super::words::only(word, &[safe], "lets somebody use the account")?;
    }
    Ok((name.clone(), uid.clone()))
}

/// The words of a part of a line.
fn fields(line: &Word, bytes: std::ops::Range<usize>) -> Vec<Word> {
    let mut span = line.span;
    span.end = span.start + bytes.end;
    span.start += bytes.start;
    Word { text: line.text[bytes].to_owned(), span, loc: line.loc }.words()
}

fn not_an_account(line: &Word) -> Diagnostic {
    line.wrong(&host::SYNTAX, "this line is not one account with its number, description, home and shell")
        .help("write `u etanche-staff 6001 \"etanche proxy\" /nonexistent /usr/sbin/nologin`")
}

fn check_name(name: &Word) -> Read<()> {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    let opens = name.text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if opens && name.text.len() <= LONGEST && name.text.bytes().all(ok) {
        return Ok(());
    }
    Err(Box::new(name.wrong(&host::VALUE, format!("`{}` is not the name of an account", name.text))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Sources;

    fn accounts(text: &str) -> Result<Accounts, Vec<String>> {
        let mut sources = Sources::default();
        let source = sources.add("sysusers.conf", text);
        let mut sink = Sink::default();
        let starts = crate::dialects::line_starts(text);
        let file = File { path: "sysusers.conf", text, source, number: 0, starts: &starts };
        let found = read(&file, &mut sink);
        found.ok_or_else(|| sink.into_sorted().into_iter().map(|d| d.message).collect())
    }

    #[test]
    fn each_line_binds_an_account_to_its_number() {
        let text = "# proxies\n\nu etanche-staff 6001 \"etanche proxy\" /nonexistent /usr/sbin/nologin\n\
                    u etanche-pupils 6002 \"etanche proxy\" /nonexistent /usr/sbin/nologin\n";
        let wanted = [("etanche-pupils".to_owned(), 6002), ("etanche-staff".to_owned(), 6001)];
        assert_eq!(accounts(text), Ok(wanted.into()));
    }

    #[test]
    fn what_makes_no_account_or_another_one_is_refused() {
        for line in [
            "g proxies 6001",
            "m etanche-staff root",
            "r - 500-900",
            "u! etanche-staff 6001 \"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff - \"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff /etc/passwd \"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff 6001:6001 \"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff 0 \"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff 999 \"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff 06001 \"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff 6001 \"%H\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff 6001 \"x\" /root /usr/sbin/nologin",
            "u etanche-staff 6001 \"x\" /nonexistent /bin/sh",
            "u etanche-staff 6001 \"x\" /nonexistent",
            "u etanche-staff 6001 \"x\" /nonexistent /usr/sbin/nologin more",
            "u Staff 6001 \"x\" /nonexistent /usr/sbin/nologin",
            "u 6001 6001 \"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff 6001\"x\" /nonexistent /usr/sbin/nologin",
            "u etanche-staff 6001 \"x /nonexistent /usr/sbin/nologin",
            "u etanche-staff 6001",
        ] {
            assert!(accounts(&format!("{line}\n")).is_err(), "{line}");
        }
    }

    #[test]
    fn a_number_or_a_name_given_twice_is_refused() {
        let line = |name: &str, uid: u32| format!("u {name} {uid} \"x\" /nonexistent /usr/sbin/nologin\n");
        assert!(accounts(&(line("one", 6001) + &line("two", 6002))).is_ok());
        let same_number = accounts(&(line("one", 6001) + &line("two", 6001)));
        assert_eq!(same_number, Err(vec!["number `6001` is given twice".to_owned()]));
        let same_name = accounts(&(line("one", 6001) + &line("one", 6002)));
        assert_eq!(same_name, Err(vec!["account `one` is given twice".to_owned()]));
    }
}
