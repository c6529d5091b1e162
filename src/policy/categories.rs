//! Categories of web sites: the names of the UT1 lists, and those that the security policy declares beside them.
//!
//! Names only: the lists are filled on the device, and none is a part of this program. A name that no list has would be
//! found out when the proxy does not start.

use super::lengths;
use super::model::{Name, Security};
use super::names::is_told;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Sink, nearest};

/// Folders of the UT1 collection (University Toulouse Capitole, 2026), other names for a folder included.
pub(crate) static UT1: &[&str] = &[
    "ads",
    "adult",
    "aggressive",
    "agressif",
    "ai",
    "arjel",
    "associations_religieuses",
    "astrology",
    "audio-video",
    "bank",
    "bitcoin",
    "blog",
    "celebrity",
    "chat",
    "child",
    "cleaning",
    "cooking",
    "cryptojacking",
    "dangerous_material",
    "dating",
    "ddos",
    "dialer",
    "doh",
    "download",
    "drogue",
    "drugs",
    "dynamic-dns",
    "educational_games",
    "examen_pix",
    "exceptions_liste_bu",
    "fakenews",
    "filehosting",
    "financial",
    "forums",
    "gambling",
    "games",
    "hacking",
    "jobsearch",
    "lingerie",
    "liste_blanche",
    "liste_bu",
    "mail",
    "malware",
    "manga",
    "marketingware",
    "mixed_adult",
    "mobile-phone",
    "phishing",
    "porn",
    "press",
    "proxy",
    "publicite",
    "radio",
    "reaffected",
    "redirector",
    "remote-control",
    "residential-proxies",
    "sect",
    "sexual_education",
    "shopping",
    "shortener",
    "social_networks",
    "special",
    "sports",
    "stalkerware",
    "strict_redirector",
    "strong_redirector",
    "translation",
    "tricheur",
    "tricheur_pix",
    "update",
    "violence",
    "vpn",
    "warez",
    "webhosting",
    "webmail",
];

/// Tells each category that is neither of UT1 nor declared, and each that is declared and of UT1.
pub(super) fn check(security: &Security, sink: &mut Sink) {
    for rule in security.web.values() {
        for category in rule.deny.iter().chain(&rule.filter).chain(&rule.only) {
            let name = category.value.as_str();
            let is_known = UT1.contains(&name) || security.categories.contains_key(&category.value);
            let is_wrong = is_told(&category.value) || !lengths::CATEGORY.holds(name);
            if !is_known && !is_wrong {
                sink.push(unknown(category, security));
            }
        }
    }
    for category in security.categories.values().filter(|c| UT1.contains(&c.value.as_str())) {
        let says = format!("`{}` is a category of UT1 already", category.value);
        let help = "delete this line to use the list of UT1, or give the list of your own another name";
        sink.push(Diagnostic::new(&codes::NAME_TWICE, category.span, says).help(help));
    }
}

fn unknown(category: &At<Name>, security: &Security) -> Diagnostic {
    let name = category.value.as_str();
    let says = format!("there is no category `{name}`, of UT1 or declared");
    let found = Diagnostic::new(&codes::UNKNOWN_CATEGORY, category.span, says);
    let known = UT1.iter().copied().chain(security.categories.keys().map(Name::as_str));
    match nearest(name, known) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!(
            "take a name of the UT1 lists, or declare a list of your own: `categories: {{ {name}: who keeps it }}`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_each_stands_once() {
        assert!(UT1.windows(2).all(|pair| pair[0] < pair[1]), "{UT1:?}");
    }
}
