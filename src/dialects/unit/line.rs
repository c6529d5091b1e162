//! What a value of a unit spells: names of units, and a command line.

use crate::diagnostics::codes::host;
use crate::dialects::words::{Read, Word};

/// Adds the names of units.
pub(super) fn units(list: &mut Vec<String>, word: &Word) -> Read<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'@');
    for unit in word.words() {
        let kinds = [".service", ".target", ".socket"];
        let named = kinds.iter().any(|k| unit.text.ends_with(k));
        if !named || !unit.text.bytes().all(plain) {
            let message = format!("`{}` is not the name of a unit", unit.text);
            return Err(Box::new(unit.wrong(&host::VALUE, message)));
        }
        list.push(unit.text);
    }
    Ok(())
}

/// The words of a command line: an absolute program, and arguments that mean themselves.
///
/// Prefixes of the program excuse failures or change rights (systemd.service(5), table 1); quotes, `$`, `%`, `\` and
/// a lone `;` change what runs.
pub(super) fn command(word: &Word) -> Read<Vec<String>> {
    let words = word.words();
    if let Some(program) = words.first()
        && !program.text.starts_with('/')
    {
        let message = format!("`{}` is not the path of a program", program.text);
        let finding = program.wrong(&host::UNMODELLED, message);
        return Err(Box::new(finding.help("prefixes such as `-` let a failed command pass: write the path alone")));
    }
    for argument in &words {
        if argument.text.contains(['"', '\'', '\\', '$', '%', ';']) {
            let message = format!("`{}` is expanded before it runs", argument.text);
            return Err(Box::new(argument.wrong(&host::UNMODELLED, message)));
        }
    }
    Ok(words.into_iter().map(|w| w.text).collect())
}
