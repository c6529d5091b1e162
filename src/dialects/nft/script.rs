//! Commands of a ruleset: `table inet X`, `delete table inet X`, `table inet X { … }`, in this order and no other.
//!
//! So that loading replaces exactly one table in one transaction, the first time and every later one (nft(8), "Tables").

use crate::config::Filter;
use crate::diagnostics::Diagnostic;

use super::codes::{IDEMPOTENT, OTHER_TABLE, SYNTAX, UNSUPPORTED};
use super::cursor::Parsed;
use super::lexer::{Kind, Token};
use super::{Form, Reader};

/// What a command does to its table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Delete,
    Define,
}

struct Command<'a> {
    verb: Verb,
    table: Token<'a>,
    first: Token<'a>,
}

impl<'a> Reader<'a, '_> {
    /// A whole text.
    pub(super) fn script(&mut self) -> Filter {
        let mut filter = Filter::default();
        let mut commands = Vec::new();
        loop {
            self.c.between();
            if self.c.peek().kind == Kind::End {
                break;
            }
            match self.command(&mut filter) {
                Ok(command) => commands.push(command),
                Err(finding) => self.skip_command(*finding),
            }
        }
        if let Err(finding) = self.sequence(&commands) {
            self.c.report(*finding);
        }
        filter
    }

    fn skip_command(&mut self, finding: Diagnostic) {
        self.c.report(finding);
        self.c.recover();
        self.c.eat_sign("}");
    }

    fn command(&mut self, filter: &mut Filter) -> Parsed<Command<'a>> {
        let first = self.c.peek();
        if first.kind != Kind::Word {
            return self.c.unexpected("`table` or `delete table`");
        }
        let delete = self.c.eat_word("delete");
        if !delete && !self.c.is_word("table") {
            return self.refuse_command(first);
        }
        self.c.expect_word("table")?;
        self.family()?;
        let table = self.c.name("the name of a table")?;
        let mut command = Command { verb: if delete { Verb::Delete } else { Verb::Add }, table, first };
        if !delete && self.c.eat_sign("{") {
            command.verb = Verb::Define;
            self.table(filter)?;
        }
        self.c.end()?;
        Ok(command)
    }

    fn refuse_command(&mut self, first: Token<'a>) -> Parsed<Command<'a>> {
        self.c.next();
        while !self.c.at_end() && !self.c.is_sign("{") {
            self.c.next();
        }
        let code = match first.text {
            "flush" | "destroy" | "reset" | "rename" => &OTHER_TABLE,
            _ => &UNSUPPORTED,
        };
        self.c.refuse_since(code, first, "a command that does more than replace one table")
    }

    fn family(&mut self) -> Parsed<()> {
        let family = self.c.word("`inet`")?;
        if family.text == "inet" {
            return Ok(());
        }
        let message = "a table of another family than `inet` leaves a family open";
        self.c.refuse(&UNSUPPORTED, family, message)
    }

    /// One definition, all of one table; in a script after its addition and its deletion.
    fn sequence(&self, commands: &[Command<'a>]) -> Parsed<()> {
        let defined = commands.iter().find(|c| c.verb == Verb::Define);
        let Some(definition) = defined else {
            return self.c.unexpected("a definition `table inet NAME { … }`");
        };
        let foreign = commands.iter().find(|c| c.table.text != definition.table.text);
        if let Some(command) = foreign {
            let message = format!("`{}` is another table", command.table.text);
            return self.c.refuse(&OTHER_TABLE, command.table, message);
        }
        let verbs: Vec<_> = commands.iter().map(|c| c.verb).collect();
        match (self.form, verbs.as_slice()) {
            (Form::Script, [Verb::Add, Verb::Delete, Verb::Define]) | (Form::Listing, [Verb::Define]) => Ok(()),
            (Form::Script, [Verb::Add, Verb::Define] | [Verb::Define]) => {
                self.not_idempotent(definition, "the table is not deleted first: loading twice doubles its rules")
            }
            (Form::Script, [Verb::Delete, Verb::Define]) => {
                self.not_idempotent(&commands[0], "the first load fails: the table that is deleted does not exist yet")
            }
            _ => self.c.refuse(
                &SYNTAX,
                definition.first,
                "commands in another order than `table`, `delete table`, one definition",
            ),
        }
    }

    fn not_idempotent(&self, command: &Command<'a>, message: &str) -> Parsed<()> {
        let name = command.table.text;
        let span = crate::diagnostics::Span { end: self.c.span(command.table).end, ..self.c.span(command.first) };
        let finding = Diagnostic::new(&IDEMPOTENT, span, message)
            .help(format!("begin with `table inet {name}` and `delete table inet {name}`"));
        Err(Box::new(finding))
    }

    /// The inside of a table, its closing brace taken.
    fn table(&mut self, filter: &mut Filter) -> Parsed<()> {
        let mut commented = false;
        loop {
            let remark = self.c.between();
            if self.c.eat_sign("}") {
                return Ok(());
            }
            if self.c.peek().kind == Kind::End {
                return self.c.unexpected("`}`");
            }
            if let Err(finding) = self.item(filter, remark, &mut commented) {
                self.c.report(*finding);
                self.c.recover();
            }
        }
    }

    fn item(&mut self, filter: &mut Filter, remark: Option<String>, commented: &mut bool) -> Parsed<()> {
        let first = self.c.peek();
        match first.text {
            "set" | "map" if first.kind == Kind::Word => {
                let set = self.set(remark)?;
                filter.sets.push(set);
            }
            "chain" if first.kind == Kind::Word => {
                let chain = self.chain(remark)?;
                filter.chains.push(chain);
            }
            "comment" if first.kind == Kind::Word => self.own_comment(commented)?,
            _ => return self.refuse_item(first),
        }
        self.c.end()
    }

    /// The comment of a table, a chain or a set: one each.
    pub(super) fn own_comment(&mut self, commented: &mut bool) -> Parsed<()> {
        let first = self.c.next();
        if std::mem::replace(commented, true) {
            return self.c.refuse(&SYNTAX, first, "a second comment");
        }
        self.c.comment().map(drop)
    }

    fn refuse_item(&mut self, first: Token<'a>) -> Parsed<()> {
        if first.kind != Kind::Word {
            return self.c.unexpected("`set`, `map`, `chain` or `}`");
        }
        self.c.next();
        while !self.c.at_end() && !self.c.is_sign("{") {
            self.c.next();
        }
        let message = format!("a table holds only sets, maps and chains here, no `{}`", first.text);
        self.c.refuse_since(&UNSUPPORTED, first, message)
    }
}
