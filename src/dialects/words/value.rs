//! What a word spells: numbers, addresses, prefixes, names, one of a few words.
//!
//! Each takes only the canonical spelling: `010` is eight to one program and ten to another, so it is neither here.

use super::{Read, Word};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::host;
use ipnet::IpNet;
use std::net::IpAddr;
use std::str::FromStr;

/// A finding: this value is not one that is read.
fn bad(word: &Word, wanted: &str) -> Diagnostic {
    word.wrong(&host::VALUE, format!("`{}` is not {wanted}", word.text))
}

/// A decimal number without sign or leading zero.
pub fn decimal<N: FromStr>(word: &Word) -> Read<N> {
    let digits = word.text.bytes().all(|b| b.is_ascii_digit());
    let padded = word.text.len() > 1 && word.text.starts_with('0');
    match word.text.parse() {
        Ok(n) if digits && !padded => Ok(n),
        _ => Err(Box::new(bad(word, "a decimal number in range"))),
    }
}

/// A number in decimal, or in hexadecimal after `0x`.
pub fn hexadecimal(word: &Word) -> Read<u32> {
    let Some(digits) = word.text.strip_prefix("0x") else {
        return decimal(word);
    };
    let clean = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| clean).ok_or_else(|| Box::new(bad(word, "a number of 32 bits")))
}

/// An address. An IPv4-mapped IPv6 address is none: one packet must not have two names.
pub fn address(word: &Word) -> Read<IpAddr> {
    word.text.parse().ok().filter(|a| !is_mapped(*a)).ok_or_else(|| Box::new(bad(word, "an IP address")))
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(six) if six.to_ipv4_mapped().is_some())
}

fn with_length(word: &Word, wanted: &str) -> Read<IpNet> {
    let (_, length) = word.text.split_once('/').unwrap_or_default();
    let padded = length.len() > 1 && length.starts_with('0');
    word.text
        .parse()
        .ok()
        .filter(|n: &IpNet| !padded && !is_mapped(n.addr()))
        .ok_or_else(|| Box::new(bad(word, wanted)))
}

/// An address of an interface, with the length of its prefix.
pub fn interface_address(word: &Word) -> Read<IpNet> {
    with_length(word, "an address with its prefix length")
}

/// A prefix without a bit below its length.
pub fn prefix(word: &Word) -> Read<IpNet> {
    let net = with_length(word, "a prefix with its length")?;
    if net.trunc() == net {
        return Ok(net);
    }
    Err(Box::new(
        bad(word, "a prefix: it has bits below its length")
            .help(format!("programs mask it silently: write `{}`", net.trunc())),
    ))
}

/// The name of one interface: 15 bytes at most (IFNAMSIZ), and no pattern.
pub fn interface(word: &Word) -> Read<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let clean = word.text.bytes().all(plain) && !matches!(word.text.as_str(), "." | "..");
    if clean && (1..=15).contains(&word.text.len()) {
        return Ok(word.text.clone());
    }
    Err(Box::new(bad(word, "the name of exactly one interface")))
}

/// One of a few words, as the table's right column has it.
pub fn among<V: Clone>(word: &Word, words: &[(&str, V)]) -> Read<V> {
    if let Some((_, value)) = words.iter().find(|(w, _)| *w == word.text) {
        return Ok(value.clone());
    }
    let known: Vec<String> = words.iter().map(|(w, _)| format!("`{w}`")).collect();
    Err(Box::new(bad(word, "a value that is read here").help(format!("it may be {}", known.join(", ")))))
}

/// One of the words that leave things as the model has them; `why` says what any other would do.
pub fn only(word: &Word, safe: &[&str], why: &str) -> Read<()> {
    if safe.contains(&word.text.as_str()) {
        return Ok(());
    }
    Err(Box::new(
        word.wrong(&host::UNMODELLED, format!("`{}` here {why}", word.text)).help(format!("write `{}`", safe[0])),
    ))
}

/// Values between commas, none empty.
pub fn list(word: &Word) -> Read<Vec<Word>> {
    let parts = word.split(',');
    match parts.iter().find(|p| p.text.is_empty()) {
        Some(_) => Err(Box::new(bad(word, "a list: one of its values is empty"))),
        None => Ok(parts),
    }
}
