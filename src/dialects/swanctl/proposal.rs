//! Proposals: algorithms by the keywords of strongSwan 5.9.8, in the order written.

use crate::diagnostics::codes::host;
use crate::dialects::words::{Read, Word, list};

/// Families of keywords: a stem, and what may follow it.
const KEYWORDS: &[(&str, &[&str])] = &[
    ("aes", &["", "128", "192", "256"]),
    ("aes128", &["ctr", "gcm8", "gcm12", "gcm16", "gcm64", "gcm96", "gcm128", "gmac"]),
    ("aes192", &["ctr", "gcm8", "gcm12", "gcm16", "gcm64", "gcm96", "gcm128", "gmac"]),
    ("aes256", &["ctr", "gcm8", "gcm12", "gcm16", "gcm64", "gcm96", "gcm128", "gmac"]),
    ("aes128ccm", &["8", "12", "16", "64", "96", "128"]),
    ("aes192ccm", &["8", "12", "16", "64", "96", "128"]),
    ("aes256ccm", &["8", "12", "16", "64", "96", "128"]),
    ("camellia", &["", "128", "192", "256"]),
    ("chacha20poly1305", &["", "compat"]),
    ("", &["null", "des", "3des", "cast128", "blowfish128", "blowfish256"]),
    ("md5", &["", "_128"]),
    ("sha", &["", "1", "1_160", "256", "256_96", "384", "512"]),
    ("aesxcbc", &[""]),
    ("aescmac", &[""]),
    ("prf", &["md5", "sha1", "sha256", "sha384", "sha512", "aesxcbc", "aescmac"]),
    (
        "modp",
        &["768", "1024", "1536", "2048", "3072", "4096", "6144", "8192", "1024s160", "2048s224", "2048s256", "none"],
    ),
    ("ecp", &["192", "224", "256", "384", "521", "224bp", "256bp", "384bp", "512bp"]),
    ("curve", &["25519", "448"]),
    ("x", &["25519", "448"]),
    ("", &["esn", "noesn"]),
];

fn is_keyword(word: &str) -> bool {
    KEYWORDS
        .iter()
        .any(|(stem, ends)| word.strip_prefix(stem).is_some_and(|end| !word.is_empty() && ends.contains(&end)))
}

/// Proposals between commas; `default` is kept as that word.
pub(super) fn proposals(word: &Word) -> Read<Vec<String>> {
    let mut all = Vec::new();
    for proposal in list(word)? {
        if proposal.text != "default" {
            for algorithm in proposal.split('-') {
                check(&algorithm)?;
            }
        }
        all.push(proposal.text);
    }
    Ok(all)
}

fn check(algorithm: &Word) -> Read<()> {
    if is_keyword(&algorithm.text) {
        return Ok(());
    }
    Err(Box::new(
        algorithm.wrong(&host::VALUE, format!("`{}` is not an algorithm of strongSwan 5.9.8", algorithm.text)),
    ))
}
