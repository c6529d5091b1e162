//! Standard output for the answer, standard error for the talk; colour where a person looks at it.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use clap::ColorChoice;
use clap::builder::styling::{AnsiColor, Style};
use etanche::diagnostics::Colour;

use super::exit::{Exit, Stop};

/// Where a command speaks.
#[derive(Debug)]
pub(crate) struct Output {
    answer: Colour,
    talk: Colour,
}

impl Output {
    /// Decides on colours, one stream at a time.
    pub(crate) fn new(wanted: ColorChoice) -> Self {
        Self {
            answer: colour(wanted, anstream::AutoStream::choice(&io::stdout())),
            talk: colour(wanted, anstream::AutoStream::choice(&io::stderr())),
        }
    }

    /// Whether the answer is coloured.
    pub(crate) fn colour(&self) -> Colour {
        self.answer
    }

    /// Whether a person watches the talk.
    pub(crate) fn is_watched() -> bool {
        io::stderr().is_terminal()
    }

    /// Writes a part of the answer.
    ///
    /// # Errors
    /// When standard output takes no more; a reader that has gone away is no error.
    pub(crate) fn answer(&self, text: &str) -> Result<(), Stop> {
        let mut stream = io::stdout().lock();
        match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Stop::environment(format!("cannot write to standard output: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Lines of the answer that begin with a sign, in its colour.
    pub(crate) fn signed(&self, text: &str) -> String {
        const SIGNS: [(&str, AnsiColor); 4] =
            [("+ ", AnsiColor::Green), ("- ", AnsiColor::Red), ("~ ", AnsiColor::Yellow), ("? ", AnsiColor::Magenta)];
        let line = |line: &str| match SIGNS.iter().find(|(sign, _)| line.starts_with(sign)) {
            Some((_, colour)) => painted(self.answer, *colour, line),
            None => line.to_owned(),
        };
        text.split_inclusive('\n').map(line).collect()
    }

    /// One line of the answer that says how it ended, its first words in green or red.
    ///
    /// # Errors
    /// As [`Output::answer`].
    pub(crate) fn closing(&self, exit: Exit, line: &str) -> Result<(), Stop> {
        let (first, rest) = line.split_once(": ").map_or((line, String::new()), |(a, b)| (a, format!(": {b}")));
        let colour = if exit == Exit::Proved { AnsiColor::Green } else { AnsiColor::Red };
        self.answer(&format!("{}{rest}\n", painted(self.answer, colour, first)))
    }

    /// Says something beside the answer.
    pub(crate) fn aside(&self, text: &str) {
        let line = format!("{}: {text}\n", painted(self.talk, AnsiColor::Yellow, "note"));
        // Nobody is left to tell when standard error is gone.
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }

    /// Says why there is no answer, and gives the code to end with.
    pub(crate) fn stopped(&self, stop: &Stop) -> Exit {
        let mut text = format!("{}: {}\n", painted(self.talk, AnsiColor::Red, "error"), stop.message);
        if let Some(help) = &stop.help {
            text.push_str(&format!("{}: {help}\n", painted(self.talk, AnsiColor::Cyan, "help")));
        }
        // Nobody is left to tell when standard error is gone.
        let _ = io::stderr().lock().write_all(text.as_bytes());
        stop.exit
    }
}

fn colour(wanted: ColorChoice, found: anstream::ColorChoice) -> Colour {
    match (wanted, found) {
        (ColorChoice::Always, _) => Colour::Ansi,
        (ColorChoice::Never, _) | (ColorChoice::Auto, anstream::ColorChoice::Never) => Colour::None,
        (ColorChoice::Auto, _) => Colour::Ansi,
    }
}

fn painted(colour: Colour, with: AnsiColor, text: &str) -> String {
    match colour {
        Colour::None => text.to_owned(),
        Colour::Ansi => {
            let style = Style::new().bold().fg_color(Some(with.into()));
            format!("{style}{text}{style:#}")
        }
    }
}
