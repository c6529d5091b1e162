//! A web proxy as Squid's lines: what the template is given, and the lists of domains written beside it.
//!
//! Takes a [`WebFilter`]; a category's list is a slot that the device fills, so no file of it is written. Must not
//! know whose clients they are.

use minijinja::Value;
use serde::Serialize;
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};

use super::error::Problem;
use super::files::named;
use super::quote;
use crate::config::web::{AclTest, WebAccess, WebFilter};

/// Names that Squid defines itself: a definition would add to them.
const BUILT_IN: &[&str] = &["all", "localhost", "manager", "to_localhost"];
/// Directives that have a place of their own in the model, or that bring lines in from elsewhere.
const OWNED: &[&str] = &[
    "acl",
    "cache_effective_user",
    "dns_nameservers",
    "http_access",
    "http_port",
    "if",
    "include",
    "tcp_outgoing_address",
];
/// Every spelling of an address as a host: one to four numbers of any base `inet_aton` reads, or anything with a colon.
const LITERAL: &str = "dstdom_regex -n ^(0x[0-9a-f]*|[0-9]+)([.](0x[0-9a-f]*|[0-9]+))*[.]?$ :";

#[derive(Serialize)]
pub(super) struct Proxy<'a> {
    name: &'a str,
    user: &'a str,
    listen: Vec<String>,
    outgoing: &'a [IpAddr],
    resolvers: &'a [IpAddr],
    acls: Vec<AclText<'a>>,
    rules: Vec<RuleText<'a>>,
    settings: &'a [(String, String)],
}

#[derive(Serialize)]
struct AclText<'a> {
    name: &'a str,
    /// Type and values.
    test: String,
}

#[derive(Serialize)]
struct RuleText<'a> {
    remark: Option<&'a str>,
    word: &'static str,
    when: Vec<String>,
}

#[derive(Serialize)]
struct ListText<'a> {
    file: &'a str,
    domains: &'a [String],
}

/// Spells one proxy.
pub(super) fn proxy(web: &WebFilter) -> Result<Proxy<'_>, Problem> {
    if web.user.is_empty() || web.user.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::text(
            "the account of a Squid process",
            &web.user,
            "Squid looks a name up, a number is not one",
        ));
    }
    if let Some((owned, _)) = web.settings.iter().find(|(key, _)| OWNED.contains(&key.as_str())) {
        return Err(Problem::text("a Squid setting", owned, "it has a place of its own"));
    }
    let mut acls = Vec::new();
    for acl in &web.acls {
        if let Some(test) = test(&acl.name, &acl.test)? {
            acls.extend(test.lines().map(|line| AclText { name: &acl.name, test: line.to_owned() }));
        }
    }
    Ok(Proxy {
        name: &web.name,
        user: &web.user,
        listen: web.listen.iter().map(|(address, port)| SocketAddr::new(*address, *port).to_string()).collect(),
        outgoing: &web.outgoing,
        resolvers: &web.resolvers,
        acls,
        rules: web.rules.iter().map(rule).collect::<Result<_, _>>()?,
        settings: &web.settings,
    })
}

/// Type and values of a condition, on as many lines as it takes; None when Squid defines it itself.
fn test(name: &str, test: &AclTest) -> Result<Option<String>, Problem> {
    match (name, test) {
        ("all", AclTest::All) | ("manager", AclTest::Manager) => return Ok(None),
        _ if BUILT_IN.contains(&name) => {
            return Err(Problem::text("a Squid name", name, "Squid defines it itself, otherwise"));
        }
        _ => {}
    }
    Ok(Some(match test {
        AclTest::Source(nets) => values(name, "src", nets)?,
        AclTest::Destination(nets) => values(name, "dst", nets)?,
        AclTest::Port(ports) => values(name, "port", &ports.iter().map(|(a, b)| stretch(*a, *b)).collect::<Vec<_>>())?,
        AclTest::Connect => "method CONNECT".to_owned(),
        AclTest::DomainFile(path) => format!("dstdomain -n \"{}\"", quote::squid_path(path)?),
        AclTest::Domain(names) => {
            values(name, "dstdomain -n", &names.iter().map(|n| quote::domain(n)).collect::<Result<Vec<_>, _>>()?)?
        }
        AclTest::Literal => LITERAL.to_owned(),
        AclTest::ProxyPort(port) => format!("localport {port}"),
        AclTest::All => "src all".to_owned(),
        AclTest::Manager => {
            return Err(Problem::text("a Squid name", name, "cache manager requests are Squid's own `manager`"));
        }
    }))
}

/// Values of one line: Squid adds up lines of one name, and cuts a line at 8,192 bytes.
const VALUES_A_LINE: usize = 8;

fn values<T: Display>(name: &str, kind: &str, values: &[T]) -> Result<String, Problem> {
    if values.is_empty() {
        return Err(Problem::unsupported(format!("the condition `{name}` without a value")));
    }
    let all: Vec<String> = values.iter().map(ToString::to_string).collect();
    let lines: Vec<String> = all.chunks(VALUES_A_LINE).map(|part| format!("{kind} {}", part.join(" "))).collect();
    Ok(lines.join("\n"))
}

fn stretch(first: u16, last: u16) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn rule(access: &WebAccess) -> Result<RuleText<'_>, Problem> {
    if access.when.is_empty() {
        return Err(Problem::unsupported("an http_access rule without a condition"));
    }
    let name = |(name, negated): &(String, bool)| {
        Ok(format!("{}{}", if *negated { "!" } else { "" }, quote::squid_name(name)?))
    };
    Ok(RuleText {
        remark: access.remark.as_deref(),
        word: if access.allow { "allow" } else { "deny" },
        when: access.when.iter().map(name).collect::<Result<_, _>>()?,
    })
}

/// The lists that are written here, one a context; a list that several proxies use is the same file.
pub(super) fn lists(web: &[WebFilter]) -> Result<Vec<Value>, Problem> {
    let own = web.iter().flat_map(|w| &w.lists).filter(|list| list.category.is_none());
    own.map(|list| {
        let path = quote::squid_path(&list.path)?;
        let name = path.rsplit_once("/lists/").map(|(_, name)| name).filter(|name| !name.contains('/'));
        let name =
            name.ok_or_else(|| Problem::text("the path of a list", &path, "it must stand in a folder `lists`"))?;
        Ok(named("list", ListText { file: name, domains: &list.domains }))
    })
    .collect()
}
