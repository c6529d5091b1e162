//! Words and signs of an nftables text, each with its place.
//!
//! Takes the text; gives tokens that cover all of it but blanks. What is no token of nft (nft(8), "Lexical
//! conventions") becomes a [`Kind::Bad`] one, so that nothing is skipped. Knows no statement.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::character::complete::{anychar, char, one_of};
use nom::combinator::{peek, recognize, value};
use nom::sequence::delimited;
use nom::{IResult, Parser};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Keyword, name, number, address, range.
    Word,
    /// Text between quotation marks (nft has no escapes).
    Quoted,
    /// Punctuation.
    Sign,
    /// End of a line, which ends a statement.
    Newline,
    /// From `#` to the end of the line.
    Comment,
    /// A character that no token of nft starts with.
    Bad,
    /// End of the text.
    End,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What it is.
    pub(super) kind: Kind,
    /// Its text; without the marks when quoted, without `#` for a comment.
    pub(super) text: &'a str,
    /// First byte.
    pub(super) start: usize,
    /// One past its last byte.
    pub(super) end: usize,
    /// Its line, from 1.
    pub(super) line: u32,
}

/// All tokens of a text, the last one [`Kind::End`].
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut rest, mut line, mut found) = (text, 1, Vec::new());
    loop {
        rest = blanks(rest).map_or(rest, |(after, _)| after);
        let start = text.len() - rest.len();
        let Ok((after, (kind, text))) = token(rest) else {
            break;
        };
        let end = start + (rest.len() - after.len());
        found.push(Token { kind, text, start, end, line });
        line += u32::from(kind == Kind::Newline);
        rest = after;
    }
    found.push(Token { kind: Kind::End, text: "", start: text.len(), end: text.len(), line });
    found
}

fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(|c| c == ' ' || c == '\t')(input)
}

fn token(input: &str) -> IResult<&str, (Kind, &str)> {
    alt((newline, comment, quoted, sign, word, bad)).parse(input)
}

fn newline(input: &str) -> IResult<&str, (Kind, &str)> {
    tag("\n").map(|text| (Kind::Newline, text)).parse(input)
}

/// The end of its line belongs to it: nft refuses a comment that the end of the file cuts off.
fn comment(input: &str) -> IResult<&str, (Kind, &str)> {
    let (rest, _) = char('#').parse(input)?;
    let (rest, text) = take_till(ends_text)(rest)?;
    let (rest, _) = peek(char('\n')).parse(rest)?;
    Ok((rest, (Kind::Comment, text)))
}

fn quoted(input: &str) -> IResult<&str, (Kind, &str)> {
    let inside = take_till(|c| c == '"' || ends_text(c));
    delimited(char('"'), inside, char('"')).map(|text| (Kind::Quoted, text)).parse(input)
}

/// The end of a line, and what a terminal or a C string would make of other control characters.
fn ends_text(c: char) -> bool {
    c.is_control() && c != '\t'
}

fn sign(input: &str) -> IResult<&str, (Kind, &str)> {
    let double = alt((tag("!="), tag("=="), tag("<="), tag(">=")));
    let single = recognize(one_of("{};,@=<>()|&+!$^"));
    alt((double, single)).map(|text| (Kind::Sign, text)).parse(input)
}

/// `.` between the parts of a concatenation and `:` before a verdict are signs when they stand alone.
fn word(input: &str) -> IResult<&str, (Kind, &str)> {
    let inside = |c: char| c.is_ascii_alphanumeric() || "_.:/-*[]".contains(c);
    let (rest, text) = take_while1(inside)(input)?;
    let kind = match text {
        "." | ":" => Kind::Sign,
        _ => Kind::Word,
    };
    Ok((rest, (kind, text)))
}

fn bad(input: &str) -> IResult<&str, (Kind, &str)> {
    value((), anychar).parse(input).map(|(rest, ())| (rest, (Kind::Bad, &input[..input.len() - rest.len()])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_but_blanks_is_in_a_token() {
        let text = "ip saddr != @x # é\n\"a\" . \"b\" : é\r\"open\n";
        let tokens = tokens(text);
        let mut covered = vec![false; text.len()];
        for token in &tokens {
            covered[token.start..token.end].fill(true);
        }
        let missed: Vec<_> = text.char_indices().filter(|(at, _)| !covered[*at]).map(|(_, c)| c).collect();
        assert!(missed.iter().all(|c| *c == ' '), "{missed:?}");
        assert_eq!(tokens.iter().filter(|t| t.kind == Kind::Bad).count(), 3);
    }

    #[test]
    fn lines_are_counted_from_one() {
        let lines: Vec<_> = tokens("a\n\nb").iter().map(|t| (t.text, t.line)).collect();
        assert_eq!(lines, [("a", 1), ("\n", 1), ("\n", 2), ("b", 3), ("", 3)]);
    }
}
