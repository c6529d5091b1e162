//! Reader of Squid 5.7's configuration: `squid-NAME.conf`, one proxy process each, and `lists/*.txt`.
//!
//! Takes the files; gives a [`WebFilter`] a process. Every directive is a row of `DIRECTIVES` or of
//! `defaults::SETTINGS`; anything else is refused. Where Squid only warns and then does less than the text says
//! (overlapping networks, host bits, covered domains, missing or empty lists), the reader refuses.
//!
//! Two things a text cannot promise, and a proof must therefore assume or cover elsewhere:
//! - a `dst` condition looks at what the name resolves to when Squid decides. Squid resolves again to connect, and
//!   whoever owns the name answers both times: the packet filter must refuse the proxy the same destinations.
//! - categories (`/etc/squid/ut1/CATEGORY/domains`) are slots, filled on the device: `.domain` lines, present before Squid starts.

mod acl;
mod defaults;
mod lines;
mod lists;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

pub use defaults::LITERAL_PATTERNS;
use defaults::{SETTINGS, Setting, Shape, UNMODELLED, USER};
use lines::{Statement, Word, statements};

use super::{Dialect, File, Reading};
use crate::config::WebFilter;
use crate::config::web::WebAccess;
use crate::diagnostics::codes::readback::{
    READBACK_BAD_VALUE, READBACK_FAILS_OPEN, READBACK_INCOMPLETE, READBACK_MISSING_FILE, READBACK_REPEATED,
    READBACK_STRAY_BYTE, READBACK_UNKNOWN_NAME, READBACK_UNKNOWN_STATEMENT, READBACK_UNMODELLED, READBACK_UNUSED_FILE,
};
use crate::diagnostics::{Code, Diagnostic, Sink, Span};

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "squid",
    name: "Squid 5.7",
    claims: |path| proxy_name(path).is_some() || is_list(path),
    read: read_device,
    codes: &[
        &READBACK_BAD_VALUE,
        &READBACK_FAILS_OPEN,
        &READBACK_INCOMPLETE,
        &READBACK_MISSING_FILE,
        &READBACK_REPEATED,
        &READBACK_STRAY_BYTE,
        &READBACK_UNKNOWN_NAME,
        &READBACK_UNKNOWN_STATEMENT,
        &READBACK_UNMODELLED,
        &READBACK_UNUSED_FILE,
    ],
};

/// Reads one directive's line.
type Read = fn(&mut Draft<'_, '_>, &Statement<'_>);

/// Directives with a reader of their own, sorted by name; the others are [`SETTINGS`].
const DIRECTIVES: &[(&str, Read)] = &[
    ("acl", acl::read),
    ("cache_effective_user", read_user),
    ("dns_nameservers", read_resolvers),
    ("http_access", read_access),
    ("http_port", read_listener),
    ("tcp_outgoing_address", read_outgoing),
];

/// `pupils` from `squid-pupils.conf`.
fn proxy_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix("squid-")?.strip_suffix(".conf")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

fn is_list(path: &str) -> bool {
    let name = path.strip_prefix("lists/").and_then(|p| p.strip_suffix(".txt"));
    name.is_some_and(|n| !n.is_empty() && !n.contains('/'))
}

fn read_device(reading: &mut Reading<'_>) {
    let (configurations, lists): (Vec<_>, Vec<_>) =
        reading.files.iter().copied().partition(|f| proxy_name(f.path).is_some());
    let proxies: Vec<_> = configurations.iter().filter_map(|file| read(*file, &lists, reading.sink)).collect();
    if proxies.len() == configurations.len() {
        check_together(&configurations, &proxies, reading.sink);
        let used = proxies.iter().flat_map(|p| p.lists.iter().map(|l| l.path.clone()));
        lists::check_used(&lists, &used.collect::<BTreeSet<_>>(), reading.sink);
    }
    reading.bundle.web.extend(proxies);
}

/// Two processes cannot share a listener, nor a pid file.
fn check_together(files: &[File<'_>], proxies: &[WebFilter], sink: &mut Sink) {
    let pid = |p: &WebFilter| p.settings.iter().find(|s| s.0 == "pid_filename").cloned();
    for (n, proxy) in proxies.iter().enumerate() {
        for other in &proxies[..n] {
            let listens = proxy.listen.iter().any(|l| other.listen.contains(l));
            if listens || pid(proxy) == pid(other) {
                let what = format!("shares its listener or its pid file with `{}`", other.name);
                let span = files[n].span(0, 0);
                sink.push(Diagnostic::new(&READBACK_REPEATED, span, what));
            }
        }
    }
}

/// Reads one proxy's configuration, with the list files of its device.
///
/// `None` when anything was refused: the findings say what. Settings that the text leaves out are given with Squid's
/// defaults, in the order of the table.
pub fn read(file: File<'_>, lists: &[File<'_>], sink: &mut Sink) -> Option<WebFilter> {
    let mut own = Sink::default();
    let mut draft = Draft::new(file, lists, &mut own);
    for line in statements(&file, draft.sink) {
        draft.read_line(&line);
    }
    let filter = draft.finish();
    let ok = !own.has_errors();
    sink.append(own);
    ok.then_some(filter)
}

/// A proxy while its text is read.
struct Draft<'f, 's> {
    file: File<'f>,
    lists: &'f [File<'f>],
    sink: &'s mut Sink,
    filter: WebFilter,
    settings: BTreeMap<&'static str, String>,
    once: BTreeMap<String, Span>,
}

impl<'f, 's> Draft<'f, 's> {
    fn new(file: File<'f>, lists: &'f [File<'f>], sink: &'s mut Sink) -> Self {
        let name = proxy_name(file.path).unwrap_or(file.path).to_owned();
        Self {
            file,
            lists,
            sink,
            filter: WebFilter { name, ..WebFilter::default() },
            settings: BTreeMap::new(),
            once: BTreeMap::new(),
        }
    }

    fn refuse(&mut self, code: &'static Code, span: Span, what: impl Into<String>) {
        self.sink.push(Diagnostic::new(code, span, what));
    }

    /// Refuses a name that Squid takes for another one.
    fn refuse_spelling(&mut self, name: Word<'_>, known: &str) {
        let what = format!("`{}` is `{known}` to Squid, which does not look at capitals", name.text);
        let finding = Diagnostic::new(&READBACK_REPEATED, name.span(&self.file), what);
        self.sink.push(finding.help(format!("write `{known}` if it is meant, or give the acl a name of its own")));
    }

    fn read_line(&mut self, line: &Statement<'_>) {
        let name = line.name().text;
        if let Some((_, read)) = DIRECTIVES.iter().find(|(n, _)| *n == name) {
            read(self, line);
        } else if let Some(setting) = SETTINGS.iter().find(|s| s.name == name) {
            self.read_setting(setting, line);
        } else if let Some((_, does)) = UNMODELLED.iter().find(|(n, _)| matches(n, name)) {
            let span = line.span(&self.file);
            self.refuse(&READBACK_UNMODELLED, span, format!("`{name}` {does}, which the model does not know"));
        } else {
            self.unknown(line.name());
        }
    }

    fn unknown(&mut self, word: Word<'_>) {
        let known = DIRECTIVES.iter().map(|d| d.0).chain(SETTINGS.iter().map(|s| s.name));
        let nearest = known.max_by(|a, b| strsim::jaro(a, word.text).total_cmp(&strsim::jaro(b, word.text)));
        let span = word.span(&self.file);
        let mut finding =
            Diagnostic::new(&READBACK_UNKNOWN_STATEMENT, span, format!("unknown directive `{}`", word.text));
        if let Some(near) = nearest.filter(|n| strsim::jaro(n, word.text) > 0.8) {
            finding = finding.help(format!("the nearest known one is `{near}`"));
        }
        self.sink.push(finding);
    }

    /// True the first time a key is met; tells both places otherwise.
    fn first_time(&mut self, key: &str, span: Span) -> bool {
        if let Some(before) = self.once.insert(key.to_owned(), span) {
            let finding = Diagnostic::new(&READBACK_REPEATED, span, format!("`{key}` a second time"));
            self.sink.push(finding.other(before, "said here already"));
            return false;
        }
        true
    }

    fn read_setting(&mut self, setting: &'static Setting, line: &Statement<'_>) {
        let words: Vec<&str> = line.values().iter().map(|w| w.text).collect();
        if !self.first_time(setting.name, line.span(&self.file)) {
            return;
        }
        match check_shape(&setting.shape, &words) {
            Ok(()) => {
                self.settings.insert(setting.name, words.join(" "));
            }
            Err(why) => self.refuse(&READBACK_BAD_VALUE, line.from(1, &self.file), why),
        }
    }

    fn finish(mut self) -> WebFilter {
        if self.filter.listen.is_empty() {
            let end = self.file.text.len();
            let span = self.file.span(end, end);
            self.refuse(&READBACK_INCOMPLETE, span, "no `http_port`: Squid does not start");
        }
        self.filter.settings = SETTINGS
            .iter()
            .map(|s| (s.name.to_owned(), self.settings.get(s.name).map_or(s.default, String::as_str).to_owned()))
            .collect();
        if self.filter.user.is_empty() {
            USER.clone_into(&mut self.filter.user);
        }
        self.filter
    }
}

fn matches(row: &str, name: &str) -> bool {
    row.strip_suffix('*').map_or(row == name, |start| name.starts_with(start))
}

fn check_shape(shape: &Shape, words: &[&str]) -> Result<(), values::Refused> {
    match (shape, words) {
        (_, []) => Err("a directive without a value"),
        (Shape::OneOf(texts), _) if texts.contains(&words.join(" ").as_str()) => Ok(()),
        (Shape::Path(below), [one]) => values::path_below(one, below),
        (Shape::Host, [one]) => values::host(one),
        (Shape::Log, _) => values::log(words),
        (Shape::Size, _) => values::quantity(words, &["KB", "MB", "GB"]),
        (Shape::Time, _) => values::quantity(words, &["second", "seconds", "minute", "minutes"]),
        _ => Err("a value that the reader does not accept here"),
    }
}

/// `http_port ADDRESS:PORT`, without any option: each of them (intercept, tproxy, accel, ssl-bump…) changes who decides.
fn read_listener(draft: &mut Draft<'_, '_>, line: &Statement<'_>) {
    let Some(listener) = single(draft, line, values::listener) else {
        return;
    };
    if draft.filter.listen.contains(&listener) {
        draft.refuse(&READBACK_REPEATED, line.span(&draft.file), "the same listener a second time");
    }
    draft.filter.listen.push(listener);
}

/// The only value of a line; tells why when there is none, or more.
fn single<T>(
    draft: &mut Draft<'_, '_>,
    line: &Statement<'_>,
    value: fn(&str) -> Result<T, values::Refused>,
) -> Option<T> {
    let (span, found) = match line.values() {
        [one] => (one.span(&draft.file), value(one.text)),
        [] => (line.span(&draft.file), Err("a directive without a value")),
        _ => (line.from(2, &draft.file), Err("one value only: no option, no condition")),
    };
    found.map_err(|why| draft.refuse(&READBACK_BAD_VALUE, span, why)).ok()
}

fn read_user(draft: &mut Draft<'_, '_>, line: &Statement<'_>) {
    if draft.first_time("cache_effective_user", line.span(&draft.file))
        && single(draft, line, values::account).is_some()
    {
        line.values()[0].text.clone_into(&mut draft.filter.user);
    }
}

fn read_outgoing(draft: &mut Draft<'_, '_>, line: &Statement<'_>) {
    let Some(address) = single(draft, line, values::address) else {
        return;
    };
    let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
    if draft.first_time(&format!("tcp_outgoing_address of {family}"), line.span(&draft.file)) {
        draft.filter.outgoing.push(address);
    }
}

fn read_resolvers(draft: &mut Draft<'_, '_>, line: &Statement<'_>) {
    if !draft.first_time("dns_nameservers", line.span(&draft.file)) {
        return;
    }
    if line.values().is_empty() {
        draft.refuse(&READBACK_BAD_VALUE, line.span(&draft.file), "a directive without a value");
    }
    for word in line.values() {
        let span = word.span(&draft.file);
        match values::address(word.text) {
            Ok(address) if draft.filter.resolvers.contains(&address) => {
                draft.refuse(&READBACK_REPEATED, span, "the same resolver a second time");
            }
            Ok(address) => keep_resolver(draft, address),
            Err(why) => draft.refuse(&READBACK_BAD_VALUE, span, why),
        }
    }
}

fn keep_resolver(draft: &mut Draft<'_, '_>, address: IpAddr) {
    draft.filter.resolvers.push(address);
}

/// `http_access allow|deny [!]NAME…`
fn read_access(draft: &mut Draft<'_, '_>, line: &Statement<'_>) {
    let [action, names @ ..] = line.values() else {
        draft.refuse(&READBACK_BAD_VALUE, line.span(&draft.file), "neither `allow` nor `deny`");
        return;
    };
    let allow = match action.text {
        "allow" => true,
        "deny" => false,
        _ => {
            draft.refuse(&READBACK_BAD_VALUE, action.span(&draft.file), "neither `allow` nor `deny`");
            return;
        }
    };
    if names.is_empty() {
        draft.refuse(&READBACK_BAD_VALUE, line.span(&draft.file), "a rule without a condition: Squid ignores it");
        return;
    }
    let when = names.iter().filter_map(|word| condition(draft, *word)).collect();
    let at = draft.file.loc(line.name().start);
    let remark = line.remark.map(str::to_owned);
    draft.filter.rules.push(WebAccess { allow, when, remark, at });
}

/// `NAME` or `!NAME`, defined above or by Squid itself.
fn condition(draft: &mut Draft<'_, '_>, word: Word<'_>) -> Option<(String, bool)> {
    let (name, negated) = word.text.strip_prefix('!').map_or((word.text, false), |n| (n, true));
    if let Some(known) = acl::other_spelling(&draft.filter.acls, name).map(str::to_owned) {
        draft.refuse_spelling(word, &known);
        return None;
    }
    let known = draft.filter.acls.iter().any(|a| a.name == name);
    if !known {
        let Some(acl) = acl::built_in(name) else {
            let span = word.span(&draft.file);
            draft.refuse(&READBACK_UNKNOWN_NAME, span, format!("no acl `{name}` above this line"));
            return None;
        };
        draft.filter.acls.push(acl);
    }
    Some((name.to_owned(), negated))
}
