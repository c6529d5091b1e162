//! A place in the tokens, and the questions a grammar asks there.
//!
//! Every refusal is a finding with the exact span of the tokens it is about. Knows signs and separators, no statement.

use crate::config::Loc;
use crate::diagnostics::{Code, Diagnostic, Sink, Span};
use crate::dialects::File;

use super::codes::{SYNTAX, VALUE};
use super::lexer::{Kind, Token, tokens};
use super::reserved::is_reserved;

/// Bytes of the longest name (`NFT_NAME_MAXLEN` without its end).
const LONGEST_NAME: usize = 255;

/// Bytes of the longest comment that nft takes.
const LONGEST_COMMENT: usize = 128;

/// What was read, or why not.
pub(super) type Parsed<T> = Result<T, Box<Diagnostic>>;

/// Where the grammar stands.
pub(super) struct Cursor<'a, 's> {
    file: File<'a>,
    tokens: Vec<Token<'a>>,
    at: usize,
    sink: &'s mut Sink,
}

impl<'a, 's> Cursor<'a, 's> {
    pub(super) fn new(file: File<'a>, sink: &'s mut Sink) -> Self {
        Self { file, tokens: tokens(file.text), at: 0, sink }
    }

    /// The next token.
    pub(super) fn peek(&self) -> Token<'a> {
        self.ahead(0)
    }

    /// The token `n` places after the next one.
    pub(super) fn ahead(&self, n: usize) -> Token<'a> {
        let last = self.tokens.len() - 1;
        self.tokens[(self.at + n).min(last)]
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Token<'a> {
        let token = self.peek();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// The span of a token.
    pub(super) fn span(&self, token: Token<'a>) -> Span {
        self.file.span(token.start, token.end)
    }

    /// From the first byte of a token to the last one taken.
    pub(super) fn since(&self, first: Token<'a>) -> Span {
        let last = self.tokens[self.at.saturating_sub(1)];
        self.file.span(first.start, last.end.max(first.end))
    }

    /// The place of a token, as what was read carries it.
    pub(super) fn loc(&self, token: Token<'a>) -> Loc {
        Loc { file: self.file.number, line: token.line }
    }

    /// Takes the sign if it comes next.
    pub(super) fn eat_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.peek().kind == Kind::Sign && self.peek().text == sign
    }

    /// Takes the word if it comes next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.peek().kind == Kind::Word && self.peek().text == word
    }

    pub(super) fn expect_sign(&mut self, sign: &str) -> Parsed<Token<'a>> {
        if self.is_sign(sign) { Ok(self.next()) } else { self.unexpected(&format!("`{sign}`")) }
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Parsed<Token<'a>> {
        if self.is_word(word) { Ok(self.next()) } else { self.unexpected(&format!("`{word}`")) }
    }

    /// Any word; `what` says which is wanted.
    pub(super) fn word(&mut self, what: &str) -> Parsed<Token<'a>> {
        if self.peek().kind == Kind::Word { Ok(self.next()) } else { self.unexpected(what) }
    }

    /// A quoted text.
    pub(super) fn quoted(&mut self, what: &str) -> Parsed<Token<'a>> {
        if self.peek().kind == Kind::Quoted { Ok(self.next()) } else { self.unexpected(what) }
    }

    /// What stands in quotation marks behind `comment`: all that nft keeps.
    pub(super) fn comment(&mut self) -> Parsed<Token<'a>> {
        let token = self.quoted("a comment")?;
        if token.text.len() > LONGEST_COMMENT {
            return self.refuse(&VALUE, token, format!("a comment of more than {LONGEST_COMMENT} bytes"));
        }
        Ok(token)
    }

    /// A name of a table, chain or set (nft(8): a letter, then letters, digits, `/`, `-`, `_`, `.`).
    pub(super) fn name(&mut self, what: &str) -> Parsed<Token<'a>> {
        let token = self.peek();
        let starts = token.text.starts_with(|c: char| c.is_ascii_alphabetic());
        let inside = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        if token.kind != Kind::Word || !starts || !token.text.chars().all(inside) {
            return self.unexpected(what);
        }
        if is_reserved(token.text) {
            return self.refuse(&SYNTAX, token, format!("`{}` is a word of nft's own, no name", token.text));
        }
        if token.text.len() > LONGEST_NAME {
            return self.refuse(&SYNTAX, token, format!("a name of more than {LONGEST_NAME} bytes"));
        }
        Ok(self.next())
    }

    /// A decimal number.
    pub(super) fn number(&mut self, what: &str) -> Parsed<u64> {
        let token = self.peek();
        match decimal(token.text) {
            Some(number) if token.kind == Kind::Word => {
                self.next();
                Ok(number)
            }
            _ => self.unexpected(what),
        }
    }

    /// Whether a statement can end here. A brace alone does not end one (nft 1.0.6: syntax error).
    pub(super) fn at_end(&self) -> bool {
        matches!(self.peek().kind, Kind::Newline | Kind::Comment | Kind::End) || self.is_sign(";")
    }

    /// The end of a statement: a line's end, a comment or `;`.
    pub(super) fn end(&mut self) -> Parsed<()> {
        match self.peek().kind {
            _ if self.eat_sign(";") => Ok(()),
            Kind::Newline | Kind::Comment => {
                self.at += usize::from(self.peek().kind == Kind::Comment);
                self.next();
                Ok(())
            }
            Kind::End => Ok(()),
            _ => self.unexpected("the end of the statement"),
        }
    }

    /// Skips what may stand between statements; gives the comment lines right above the next one.
    pub(super) fn between(&mut self) -> Option<String> {
        let mut remark: Vec<&str> = Vec::new();
        loop {
            match self.peek().kind {
                Kind::Comment => remark.push(self.next().text.trim()),
                Kind::Newline if self.ahead(1).kind == Kind::Newline => {
                    self.next();
                    remark.clear();
                }
                Kind::Newline => drop(self.next()),
                _ if self.eat_sign(";") => {}
                _ => break,
            }
        }
        (!remark.is_empty()).then(|| remark.join("\n"))
    }

    /// Skips the end of a line inside braces, and lines that are only a comment. A blank line is an error to nft there.
    pub(super) fn inside(&mut self) {
        if self.peek().kind == Kind::Comment {
            self.next();
        }
        if self.peek().kind != Kind::Newline {
            return;
        }
        self.next();
        while self.peek().kind == Kind::Comment {
            self.next();
            self.next();
        }
    }

    /// After a finding: goes on behind the statement it stands in, braces and all.
    pub(super) fn recover(&mut self) {
        let mut depth = 0_usize;
        loop {
            let token = self.peek();
            match (token.kind, token.text) {
                (Kind::End, _) => return,
                (Kind::Sign, "}") if depth == 0 => return,
                (Kind::Sign, "}") => depth -= 1,
                (Kind::Sign, "{") => depth += 1,
                (Kind::Newline, _) | (Kind::Sign, ";") if depth == 0 => return,
                _ => {}
            }
            self.next();
        }
    }

    /// Collects a finding and goes on.
    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.sink.push(finding);
    }

    /// Refuses the next token.
    pub(super) fn unexpected<T>(&self, wanted: &str) -> Parsed<T> {
        let found = self.peek();
        let what = match found.kind {
            Kind::Newline | Kind::Comment => "the end of the line".to_owned(),
            Kind::End => "the end of the file".to_owned(),
            Kind::Bad if found.text == "\"" => "a quotation mark without its pair on the line".to_owned(),
            Kind::Bad if found.text == "#" => "a comment without the end of its line".to_owned(),
            _ => format!("`{}`", found.text.escape_debug()),
        };
        self.refuse(&SYNTAX, found, format!("expected {wanted}, found {what}"))
    }

    /// Refuses a token.
    pub(super) fn refuse<T>(&self, code: &'static Code, token: Token<'a>, message: impl Into<String>) -> Parsed<T> {
        Err(Box::new(Diagnostic::new(code, self.span(token), message)))
    }

    /// Refuses everything from a token to the last one taken.
    pub(super) fn refuse_since<T>(
        &self,
        code: &'static Code,
        first: Token<'a>,
        message: impl Into<String>,
    ) -> Parsed<T> {
        Err(Box::new(Diagnostic::new(code, self.since(first), message)))
    }
}

/// Decimal digits without a leading zero, which nft reads as octal.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}
