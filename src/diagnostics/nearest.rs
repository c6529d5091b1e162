//! "Did you mean": one measure for every word that a person may mistype, in a policy, a question or a text that is read.

/// The known name that a word was probably meant to be.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + word.len().max(name.len()) / 4 && *distance < word.len())
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        assert_eq!(nearest("pedagoo", ["admin", "pedago"]), Some("pedago"));
        assert_eq!(nearest("PEDAGO", ["admin", "pedago"]), Some("pedago"));
        assert_eq!(nearest("dmz", ["admin", "pedago"]), None);
        assert_eq!(nearest("x", ["a", "b"]), None, "all of it would be another");
    }
}
