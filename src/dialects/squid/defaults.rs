//! What Squid does when a line is absent, and which values the reader accepts.
//!
//! Source: `squid.conf.documented` of Squid 5.7 (Debian 12), the same text as
//! <https://www.squid-cache.org/Versions/v5/cfgman/NAME.html>, one page a directive, under "Default".

/// What a value may look like.
pub(super) enum Shape {
    /// Exactly one of these texts.
    OneOf(&'static [&'static str]),
    /// An absolute path that begins like one of these.
    Path(&'static [&'static str]),
    /// `MODULE:PATH [FORMAT]`.
    Log,
    /// A host name.
    Host,
    /// A number of bytes with its unit.
    Size,
    /// A number of seconds or minutes.
    Time,
}

/// One directive with a single value.
pub(super) struct Setting {
    /// Its name.
    pub(super) name: &'static str,
    /// What Squid 5.7 does without the line, written as a value.
    pub(super) default: &'static str,
    /// Values accepted when the line is there.
    pub(super) shape: Shape,
}

const fn setting(name: &'static str, default: &'static str, shape: Shape) -> Setting {
    Setting { name, default, shape }
}

/// Where logs may go: the package's folder, or the unit's own.
pub(super) const LOGS: &[&str] = &["/var/log/squid/", "/var/log/etanche-proxy-"];

const SWITCH: Shape = Shape::OneOf(&["on", "off"]);
const CLOSED: Shape = Shape::OneOf(&["0"]);
const DENY_ALL: Shape = Shape::OneOf(&["deny all"]);

/// Every single-valued directive, sorted by name. `read` gives all of them, written or not.
pub(super) const SETTINGS: &[Setting] = &[
    setting("access_log", "daemon:/var/log/squid/access.log squid", Shape::Log),
    setting("cache", "allow all", DENY_ALL),
    setting("cache_log", "/var/log/squid/cache.log", Shape::Path(LOGS)),
    setting("cache_mem", "256 MB", Shape::Size),
    setting("coredump_dir", "", Shape::Path(&["/var/spool/squid"])),
    setting("follow_x_forwarded_for", "deny all", DENY_ALL),
    setting("forwarded_for", "on", Shape::OneOf(&["on", "off", "transparent", "truncate", "delete"])),
    setting("hosts_file", "/etc/hosts", Shape::OneOf(&["/etc/hosts", "none"])),
    setting("htcp_port", "0", CLOSED),
    setting("httpd_suppress_version_string", "off", SWITCH),
    setting("icp_port", "0", CLOSED),
    setting("netdb_filename", "stdio:/var/spool/squid/netdb.state", Shape::OneOf(&["none"])),
    setting("pid_filename", "/run/squid.pid", Shape::Path(&["/run/squid", "/run/etanche-proxy-"])),
    setting("pinger_enable", "on", SWITCH),
    setting("shutdown_lifetime", "30 seconds", Shape::Time),
    setting("snmp_port", "0", CLOSED),
    setting("via", "on", SWITCH),
    setting("visible_hostname", "", Shape::Host),
];

/// `cache_effective_user` without the line (`--with-default-user=proxy` of Debian's build).
pub(super) const USER: &str = "proxy";

/// Longest acl name (`ACL_NAME_SZ` 64 in src/acl/forward.h, its end included).
pub(super) const ACL_NAME: usize = 63;

/// Where the device keeps `lists/*.txt`.
pub(super) const LISTS_ROOT: &str = "/etc/squid/";

/// Where the device keeps the categories: this, the category, then `/domains`.
pub(super) const CATEGORY_ROOT: &str = "/etc/squid/ut1/";

/// The two patterns that together say "the host is written as an address": every number form `inet_aton` takes
/// (decimal, octal, hexadecimal, one to four parts), and anything with a colon.
pub const LITERAL_PATTERNS: [&str; 2] = ["^(0x[0-9a-f]*|[0-9]+)([.](0x[0-9a-f]*|[0-9]+))*[.]?$", ":"];

/// Directives that Squid knows and the model does not, with what they would do; a final `*` stands for any ending.
pub(super) const UNMODELLED: &[(&str, &str)] = &[
    ("acl_uses_indirect_client", "lets a header say who the client is"),
    ("adaptation_*", "hands requests to another service"),
    ("adapted_http_access", "decides a second time, after rewriting"),
    ("always_direct", "chooses where requests are sent"),
    ("append_domain", "changes the names that are looked up"),
    ("auth_*", "lets a user name decide"),
    ("cache_dir", "keeps answers, and serves them to others"),
    ("cache_peer*", "sends requests through another proxy"),
    ("cachemgr_passwd", "holds a secret"),
    ("configuration_includes_quoted_values", "changes how every other line is read"),
    ("ecap_*", "hands requests to another service"),
    ("external_acl_type", "lets a program outside decide"),
    ("ftp_port", "opens another listener"),
    ("htcp_access", "answers other proxies"),
    ("http_reply_access", "decides on answers"),
    ("https_port", "opens another listener"),
    ("icap_*", "hands requests to another service"),
    ("icp_access", "answers other proxies"),
    ("if", "chooses between lines when Squid starts"),
    ("include", "takes lines from another file"),
    ("never_direct", "chooses where requests are sent"),
    ("nonhierarchical_direct", "chooses where requests are sent"),
    ("prefer_direct", "chooses where requests are sent"),
    ("request_header_*", "changes requests"),
    ("ssl_bump", "opens encrypted connections"),
    ("sslproxy_*", "changes how origins are verified"),
    ("store_id_*", "serves one address's answer for another"),
    ("tls_outgoing_options", "changes how origins are verified"),
    ("url_rewrite_*", "changes what is asked for, after the decision"),
    ("workers", "starts processes that share no state"),
];
