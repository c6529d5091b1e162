//! `*.pac`: a table and one constant function, back into what browsers are told.
//!
//! A script is code, and no proof reads code: the function's one body is `templates/pac/body.j2`, byte for byte, and
//! what varies stands in a table above it, in one spelling. Comments hold printable ASCII alone, for ECMAScript ends a
//! line at more characters than people see (U+2028, U+2029).

use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

use super::words::{Read, Word, Words, departure};
use crate::config::Pac;
use crate::config::pac::Direct;
use crate::diagnostics::codes::host;
use crate::dialects::{Dialect, File, Reading};

/// The one body that the function may have.
const BODY: &str = include_str!("../../templates/pac/body.j2");

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "pac",
    name: "proxy auto-configuration",
    claims: |path| path.ends_with(".pac") && !path.contains('/'),
    read: read_files,
    codes: &[],
};

fn read_files(reading: &mut Reading<'_>) {
    for file in &reading.files {
        match read(file) {
            Ok(pac) => reading.bundle.pac.push(pac),
            Err(finding) => reading.sink.push(*finding),
        }
    }
}

/// What the file tells browsers.
///
/// # Errors
/// The first line that is not of its form.
pub fn read(file: &File<'_>) -> Read<Pac> {
    let mut lines = Lines { file, next: 0 };
    while lines.peek().text.starts_with("//") {
        remark(&lines.take(), "// ")?;
    }
    let line = lines.take();
    let proxies = proxies(&line)?;
    let opens = lines.take();
    if opens.text != "var direct = [" {
        return Err(not_its_form(&opens, "`var direct = [`"));
    }
    let mut direct: Vec<Direct> = Vec::new();
    while lines.peek().text != "];" {
        let is_last = lines.after().is_some_and(|next| next.text == "];");
        let word = lines.take();
        let row = row(&word, is_last)?;
        if direct.iter().any(|d| d.net == row.net) {
            return Err(Box::new(word.wrong(&host::DUPLICATE, format!("{} stands twice", row.net))));
        }
        direct.push(row);
    }
    lines.take();
    if let Some(place) = departure(file, lines.next, BODY) {
        let message = "from here on the function is not the constant one";
        return Err(Box::new(place.wrong(&host::SCRIPT, message).help("what varies stands in the table above it")));
    }
    let name = file.path.trim_end_matches(".pac").to_owned();
    Ok(Pac { name, title: String::new(), proxies, direct, at: line.loc })
}

/// Lines of a file from a byte on; past the end they are empty.
struct Lines<'f, 't> {
    file: &'f File<'t>,
    next: usize,
}

impl Lines<'_, '_> {
    fn peek(&self) -> Word {
        let end = self.file.text[self.next..].find('\n').map_or(self.file.text.len(), |n| self.next + n);
        self.file.word(self.next..end)
    }

    /// The line after this one, when there is one.
    fn after(&self) -> Option<Word> {
        let next = self.next + self.peek().text.len() + 1;
        (next < self.file.text.len()).then(|| Lines { file: self.file, next }.peek())
    }

    fn take(&mut self) -> Word {
        let line = self.peek();
        self.next = (self.next + line.text.len() + 1).min(self.file.text.len());
        line
    }
}

/// `var proxies = "PROXY 10.0.49.10:3128; PROXY …";`
fn proxies(line: &Word) -> Read<Vec<(Ipv4Addr, u16)>> {
    let list = line.text.strip_prefix("var proxies = \"").and_then(|rest| rest.strip_suffix("\";"));
    let form = "`var proxies = \"PROXY ADDRESS:PORT; …\";`";
    let mut all = Vec::new();
    for one in list.ok_or_else(|| not_its_form(line, form))?.split("; ") {
        let door = one.strip_prefix("PROXY ").and_then(|door| door.split_once(':'));
        let door = door.and_then(|(address, port)| Some((address.parse().ok()?, plain_port(port)?)));
        let door = door.ok_or_else(|| not_its_form(line, form))?;
        if all.contains(&door) {
            return Err(Box::new(line.wrong(&host::DUPLICATE, format!("{}:{} stands twice", door.0, door.1))));
        }
        all.push(door);
    }
    Ok(all)
}

/// A decimal port without sign or leading zero.
fn plain_port(text: &str) -> Option<u16> {
    let port = text.parse::<u16>().ok()?;
    (port > 0 && port.to_string() == text).then_some(port)
}

/// `    ["10.128.25.0", "255.255.255.0"], // dmz`, without the comma where it is the last.
fn row(line: &Word, is_last: bool) -> Read<Direct> {
    let form = "`    [\"NETWORK\", \"MASK\"], // WHOSE`, the last one without a comma";
    let parts = line.text.strip_prefix("    [\"").and_then(|rest| {
        let (network, rest) = rest.split_once("\", \"")?;
        let (mask, rest) = rest.split_once("\"]")?;
        let label = rest.strip_prefix(if is_last { " // " } else { ", // " })?;
        Some((network.parse::<Ipv4Addr>().ok()?, mask.parse::<Ipv4Addr>().ok()?, label))
    });
    let (network, mask, label) = parts.ok_or_else(|| not_its_form(line, form))?;
    remark(line, "")?;
    let net = Ipv4Net::with_netmask(network, mask).ok().filter(|net| net.network() == network);
    let Some(net) = net else {
        return Err(Box::new(
            line.wrong(&host::VALUE, format!("`{network}` and `{mask}` are not a prefix and its mask")),
        ));
    };
    Ok(Direct { net, label: label.to_owned(), at: line.loc })
}

/// A line that begins so and holds printable ASCII alone.
fn remark(line: &Word, begins: &str) -> Read<()> {
    let is_plain = line.text.bytes().all(|b| (0x20..0x7f).contains(&b));
    if is_plain && line.text.starts_with(begins) {
        return Ok(());
    }
    Err(Box::new(line.wrong(&host::SYNTAX, "this line holds something else than printable ASCII after `// `")))
}

fn not_its_form(line: &Word, form: &str) -> Box<crate::diagnostics::Diagnostic> {
    Box::new(line.wrong(&host::SYNTAX, format!("this line is not {form}")))
}
