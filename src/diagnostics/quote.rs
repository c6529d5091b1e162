//! What people wrote, between backticks in a message: shown whole when it is short, and its beginning when it is not.

/// Characters of a quotation in a message.
pub(super) const MESSAGE: usize = 60;
/// The same in a line below, where whole lines of a file are proposed.
pub(super) const NOTE: usize = 160;
/// Characters between quotations: more is no phrase of ours, but the rest of a text that held a backtick.
const BETWEEN: usize = 400;

/// A text with each quotation cut to so many characters.
pub(super) fn shortened(text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    let parts = text.split('`').enumerate().map(|(n, part)| cut(part, if n % 2 == 1 { most } else { BETWEEN }));
    parts.collect::<Vec<_>>().join("`")
}

fn cut(part: &str, most: usize) -> String {
    if part.chars().count() <= most {
        return part.to_owned();
    }
    part.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_of_sixty_characters_stay_and_longer_ones_are_cut() {
        let told = |n: usize| shortened(format!("there is no zone `{}` here", "é".repeat(n)), MESSAGE);
        assert_eq!(told(60), format!("there is no zone `{}` here", "é".repeat(60)));
        assert_eq!(told(61), format!("there is no zone `{}…` here", "é".repeat(59)));
    }

    #[test]
    fn a_backtick_in_what_was_written_makes_no_message_long() {
        let told = shortened(format!("`{}`{}` is no name", "a".repeat(9000), "b".repeat(9000)), MESSAGE);
        assert!(told.chars().count() < 600, "{told}");
    }
}
