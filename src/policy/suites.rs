//! Cryptographic suites: which algorithms a tunnel may use, and what a whole proposal is made of.
//!
//! Takes proposals in strongSwan's words; accepts those that the tables below allow, and no other word. Weak and unknown
//! algorithms fail alike: what nobody has judged good is not good.

use super::model::{Name, Suite};
use super::reader::{Field, Reader};
use super::shape::{DURATION, PROPOSAL, Shape, Struct, required};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Code, Diagnostic, Span};

/// A suite.
pub(crate) static SUITE: Struct = Struct {
    title: "a suite",
    keys: &[
        required("ike", Shape::Scalar(&PROPOSAL), "its IKE proposal"),
        required("esp", Shape::Scalar(&PROPOSAL), "its ESP proposal"),
        required("rekey", Shape::Scalar(&DURATION), "how often a child is rekeyed"),
        required("auth", Shape::Word(&["certificate"]), "how peers prove who they are"),
    ],
};

/// What an algorithm is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Encrypts and authenticates at once.
    Aead,
    /// Encrypts only.
    Cipher,
    /// Authenticates only.
    Integrity,
    /// Derives keys.
    Prf,
    /// Agrees on a secret.
    Group,
    /// Extended sequence numbers.
    Numbers,
}

impl Part {
    fn said(self) -> &'static str {
        match self {
            Self::Aead | Self::Cipher => "cipher",
            Self::Integrity => "integrity algorithm",
            Self::Prf => "pseudo-random function",
            Self::Group => "group",
            Self::Numbers => "choice of sequence numbers",
        }
    }
}

/// Every algorithm that may be used: keys of 128 bits and more, hashes of 256, groups of 3072 bits or curves of 250
/// (ANSSI, cryptographic mechanisms; IPsec R12, R14-R16).
const ALLOWED: &[(Part, &[&str])] = &[
    (Part::Aead, &["aes256gcm16", "aes192gcm16", "aes128gcm16", "aes256ccm16", "aes128ccm16", "chacha20poly1305"]),
    (Part::Cipher, &["aes256", "aes192", "aes128"]),
    (Part::Integrity, &["sha384", "sha512", "sha256"]),
    (Part::Prf, &["prfsha384", "prfsha512", "prfsha256"]),
    (
        Part::Group,
        &[
            "ecp384",
            "ecp256",
            "ecp521",
            "ecp512bp",
            "ecp384bp",
            "ecp256bp",
            "curve25519",
            "curve448",
            "modp8192",
            "modp6144",
            "modp4096",
            "modp3072",
            AGEING,
        ],
    ),
    (Part::Numbers, &["esn"]),
];

/// Allowed until the end of 2030: its modulus has 2048 bits.
const AGEING: &str = "modp2048";

/// Seconds between rekeyings: below, peers do nothing else; above, a key protects too much (IPsec R13: one hour).
const REKEY: std::ops::RangeInclusive<u32> = 300..=86_400;

/// One of the two proposals of a suite, with the parts it must have beside its cipher, its integrity and its group.
struct Kind {
    name: &'static str,
    /// With a cipher that authenticates by itself, nothing else says how keys are derived.
    aead_needs: Option<Part>,
    may_have: &'static [Part],
}

const IKE: Kind = Kind { name: "IKE", aead_needs: Some(Part::Prf), may_have: &[Part::Prf] };
const ESP: Kind = Kind { name: "ESP", aead_needs: None, may_have: &[Part::Numbers] };

impl Reader<'_> {
    /// One suite.
    pub(crate) fn suite(&mut self, name: At<Name>, field: Field<'_>) -> Option<Suite> {
        let f = self.fields(field)?;
        let suite = Suite {
            name,
            ike: self.required(&f, "ike", |r, field| r.judged(field, &IKE)),
            esp: self.required(&f, "esp", |r, field| r.judged(field, &ESP)),
            rekey_seconds: self.required(&f, "rekey", Self::rekey),
        };
        self.optional(&f, "auth", Self::word);
        Some(suite)
    }

    fn rekey(&mut self, field: Field<'_>) -> At<u32> {
        let seconds = self.duration(field);
        if seconds.value != 0 && !REKEY.contains(&seconds.value) {
            let says = format!("keys would be renewed every {} seconds", seconds.value);
            self.report(&codes::WEAK_SUITE, seconds.span, says, "write a duration from `5m` to `1d`; `1h` is usual");
        }
        seconds
    }

    /// A proposal, held against the tables when its form is right.
    fn judged(&mut self, field: Field<'_>, kind: &Kind) -> At<String> {
        let proposal = self.proposal(field);
        if proposal.value.is_empty() {
            return proposal;
        }
        let mut start = proposal.span.start;
        let mut parts: Vec<(Part, At<&str>)> = Vec::new();
        let mut is_known = true;
        for word in proposal.value.split('-') {
            let span = Span { start, end: start + word.len(), ..proposal.span };
            start = span.end + 1;
            match part_of(word) {
                Some(part) => parts.push((part, At::new(word, span))),
                None => is_known = self.not_allowed(word, span),
            }
        }
        if is_known {
            self.whole_proposal(&parts, proposal.span, kind);
        }
        proposal
    }

    /// Tells an algorithm that no row allows; gives false.
    fn not_allowed(&mut self, word: &str, span: Span) -> bool {
        let help = format!("allowed are {}", allowed());
        self.report(&codes::WEAK_SUITE, span, format!("`{word}` is not an algorithm that a tunnel may use"), &help);
        false
    }

    fn whole_proposal(&mut self, parts: &[(Part, At<&str>)], whole: Span, kind: &Kind) {
        let find = |wanted: &[Part]| parts.iter().find(|(part, _)| wanted.contains(part));
        let aead = find(&[Part::Aead]);
        let mut wanted = vec![Part::Group];
        wanted.extend(if aead.is_some() { kind.aead_needs } else { Some(Part::Integrity) });
        if find(&[Part::Aead, Part::Cipher]).is_none() {
            self.incomplete(whole, kind, "no cipher", first(Part::Aead));
        }
        for part in wanted.into_iter().filter(|p| find(&[*p]).is_none()) {
            self.incomplete(whole, kind, &format!("no {}", part.said()), first(part));
        }
        for (i, (part, word)) in parts.iter().enumerate() {
            self.in_place(*part, *word, &parts[..i], aead.is_some(), kind);
        }
    }

    fn incomplete(&mut self, whole: Span, kind: &Kind, lacks: &str, such: &str) {
        let says = format!("this {} proposal has {lacks}", kind.name);
        self.report(&codes::SUITE_PARTS, whole, says, &format!("add one, such as `{such}`"));
    }

    /// One part of a proposal: said once, and with something to do.
    fn in_place(&mut self, part: Part, word: At<&str>, before: &[(Part, At<&str>)], has_aead: bool, kind: &Kind) {
        let name = word.value;
        let again = before.iter().find(|(p, _)| p.said() == part.said());
        let is_idle = (part == Part::Integrity && has_aead)
            || (matches!(part, Part::Prf | Part::Numbers) && !kind.may_have.contains(&part));
        if let Some((_, first)) = again {
            let says = format!("`{name}` is a second {}: a peer could choose the weaker one", part.said());
            let found = Diagnostic::new(&codes::SUITE_PARTS, word.span, says)
                .other(first.span, "the first one")
                .help("keep one: both ends are compiled, so there is nothing to negotiate (ANSSI, IPsec R7)");
            self.sink.push(found);
        } else if is_idle {
            let says = format!("`{name}` has nothing to do in this {} proposal", kind.name);
            self.report(&codes::SUITE_PARTS, word.span, says, "take it out");
        } else if name == AGEING {
            self.ageing(word.span);
        }
    }

    fn ageing(&mut self, span: Span) {
        let code: &'static Code = &codes::AGEING_SUITE;
        let says = format!("`{AGEING}` is accepted until the end of 2030");
        self.report(code, span, says, "take a curve, such as `ecp384`, or at least `modp3072`");
    }
}

fn part_of(word: &str) -> Option<Part> {
    ALLOWED.iter().find(|(_, words)| words.contains(&word)).map(|(part, _)| *part)
}

/// Every algorithm of the table, as one lists them.
fn allowed() -> String {
    let words = ALLOWED.iter().flat_map(|(_, words)| words.iter());
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The algorithm one would take.
fn first(part: Part) -> &'static str {
    ALLOWED.iter().find(|(p, _)| *p == part).and_then(|(_, words)| words.first()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_stands_in_one_row() {
        let mut words: Vec<&str> = ALLOWED.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }

    #[test]
    fn what_is_known_to_be_weak_is_in_no_row() {
        for word in [
            "null",
            "des",
            "3des",
            "blowfish256",
            "md5",
            "sha",
            "sha1",
            "prfsha1",
            "modp1024",
            "modp1536",
            "modp1024s160",
            "modp2048s256",
            "ecp192",
            "ecp224",
            "aes256gcm8",
            "aes256gmac",
            "modpnone",
            "noesn",
        ] {
            assert_eq!(part_of(word), None, "{word}");
        }
    }
}
