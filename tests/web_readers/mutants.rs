//! Small changes of a text, each of which must change its meaning, by a request that shows it.

use etanche::config::web_meaning::{canonical, decide, differ};

use super::{ALLOW, ALLOW_PATH, PUPILS, device, pupils, read};

/// What is changed, into what, and the request that shows it.
const MUTANTS: &[(&str, &str, &str)] = &[
    ("http_access deny inside\n", "", "http://neutre.example/ from 10.128.0.10, resolving to 169.254.0.10"),
    ("http_access deny manager\n", "", "http://neutre.example/(management page) from 10.128.0.10"),
    ("deny CONNECT !connect_ports", "deny CONNECT connect_ports", "CONNECT neutre.example:80 from 10.128.0.10"),
    ("acl connect_ports port 443", "acl connect_ports port 444", "CONNECT neutre.example:443 from 10.128.0.10"),
    (
        "acl web_ports port 80 443 8080",
        "acl web_ports port 80 443 8081",
        "http://neutre.example:8080/ from 10.128.0.10",
    ),
    ("acl web_ports port 80 443 8080", "acl web_ports port 80-443 8080", "http://neutre.example:81/ from 10.128.0.10"),
    ("http_access deny pupils adult\n", "", "http://adult.example/ from 10.128.0.10 (list adult)"),
    ("http_access deny pupils vpn\n", "http_access deny exam vpn\n", "http://vpn.example/ from 10.128.0.10 (list vpn)"),
    ("ut1/games/domains", "ut1/gambling/domains", "http://games.example/ from 10.128.0.10 (list games)"),
    ("http_access deny pupils literal\n", "", "http://169.255.0.10/ from 10.128.0.10"),
    ("http_access deny all\n", "http_access allow all\n", "http://neutre.example/ from 10.128.4.10"),
    ("http_access deny all\n", "", ""),
    ("src 10.128.27.0/24", "src 10.128.26.0/23", "http://examen-pix.example/ from 10.128.26.10 (list examen_pix)"),
    (
        "http_access allow exam pix !literal",
        "http_access allow exam !pix !literal",
        "http://neutre.example/ from 10.128.27.10",
    ),
    (
        ".jeux.example .paris",
        ".jeux.example .pari",
        "http://jeux.example/ from 10.128.0.10 (list .jeux.example and 1 more)",
    ),
    ("2001:db8:1:20::/64", "2001:db8:1:21::/64", "http://neutre.example/ from 2001:db8:1:20::a"),
    ("fc00::/7 fe80::/10", "fc00::/7", "http://neutre.example/ from 10.128.0.10, resolving to fe80::a"),
    (
        "http_access allow exam pix !literal\n",
        "http_access allow exam pix !literal\nhttp_access allow localhost\n",
        "http://neutre.example/ from 127.0.0.1",
    ),
];

/// Two rules that change places.
const SWAPPED: &[(&str, &str)] = &[
    ("http_access deny pupils own_deny\n", "http_access allow pupils own_allow\n"),
    ("http_access deny pupils vpn\n", "http_access allow pupils own_allow\n"),
    ("http_access deny pupils dating\n", "http_access allow pupils\n"),
    ("http_access deny inside\n", "http_access allow exam pix !literal\n"),
];

fn seen(before: &str, after: &str) -> Option<String> {
    let (a, b) = (pupils(before), pupils(after));
    let request = differ(&a, &b)?;
    assert_ne!(decide(&a, &request).0, decide(&b, &request).0, "{request}");
    assert!(differ(&b, &a).is_some());
    Some(request.to_string())
}

#[test]
fn every_mutant_is_seen_by_a_request() {
    let mut wrong = Vec::new();
    for (from, to, expected) in MUTANTS {
        assert_eq!(PUPILS.matches(from).count(), 1, "{from}");
        let found = seen(PUPILS, &PUPILS.replace(from, to)).unwrap_or_default();
        if found != *expected {
            wrong.push(format!("{from:?} -> {to:?}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_that_change_places_are_seen() {
    for (first, second) in SWAPPED {
        let text = PUPILS.replace(first, "@").replace(second, first).replace('@', second);
        assert!(seen(PUPILS, &text).is_some(), "{first}{second}");
    }
}

#[test]
fn an_entry_missing_from_a_list_file_is_seen() {
    let mut files = device(PUPILS);
    files.insert(ALLOW_PATH.to_owned(), ALLOW.replace(".rencontres-utiles.example\n", ""));
    let other = read(&files).expect("readable").web.remove(0);
    assert!(differ(&pupils(PUPILS), &other).is_some());
}

#[test]
fn what_changes_no_meaning_is_seen_as_the_same() {
    let same = [
        PUPILS.replace("10.128.8.0/21", "10.128.8.0/22 10.128.12.0/22"),
        PUPILS.replace("port 80 443 8080", "port 8080 443 80-80"),
        PUPILS.replace(
            "http_access deny pupils games\nhttp_access deny pupils dating\n",
            "http_access deny pupils dating\nhttp_access deny games pupils\n",
        ),
        PUPILS.replace(
            "http_access deny pupils own_deny\n",
            "http_access deny pupils own_deny\nhttp_access deny pupils adult\n",
        ),
        PUPILS.replace("acl games", "acl jeux").replace("pupils games", "pupils jeux"),
        PUPILS.replace("via on\n", ""),
    ];
    for text in &same {
        assert_ne!(text, PUPILS);
        assert_eq!(seen(PUPILS, text), None);
        assert_eq!(canonical(&pupils(PUPILS)), canonical(&pupils(text)));
    }
}
