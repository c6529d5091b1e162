//! The language as tables: which keys a node has, and what each takes.
//!
//! One table a kind of node serves three readers: the typed readers of files, "did you mean", and the JSON Schema.

/// A map with fixed keys.
pub(crate) struct Struct {
    /// What it is, in the user's words: `a zone`.
    pub(crate) title: &'static str,
    /// Its keys, in the order people write them.
    pub(crate) keys: &'static [Key],
}

/// A key of a [`Struct`].
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) is_required: bool,
    pub(crate) shape: Shape,
    /// What it is for, one phrase.
    pub(crate) says: &'static str,
}

/// A key that may be left out.
pub(crate) const fn optional(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key { name, is_required: false, shape, says }
}

/// A key that must be there.
pub(crate) const fn required(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key { name, is_required: true, shape, says }
}

/// What a key takes.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// A string of a known form.
    Scalar(&'static Form),
    /// A number, both ends included.
    Number(u32, u32),
    /// `true` or `false`.
    Flag,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A list of one shape.
    List(&'static Shape),
    /// A map from strings of one form to one shape.
    Map(&'static Form, &'static Shape),
    /// A map with fixed keys.
    Struct(&'static Struct),
}

/// The form of a string.
pub(crate) struct Form {
    /// With its article: `a date`.
    pub(crate) one: &'static str,
    /// Without: `dates`.
    pub(crate) many: &'static str,
    /// As one writes it; empty when the words say enough.
    pub(crate) example: &'static str,
    /// The JSON Schema's regular expression.
    pub(crate) pattern: &'static str,
}

pub(crate) const fn form(one: &'static str, many: &'static str, example: &'static str, pattern: &'static str) -> Form {
    Form { one, many, example, pattern }
}

const IPV4: &str = r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$";

pub(crate) static TEXT: Form = form("a text on one line", "texts", "", r"^[^\n]*\S[^\n]*$");
pub(crate) static NAME: Form = form("a name", "names", "", r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$");
pub(crate) static INTERFACE: Form =
    form("the name of an interface", "names of interfaces", "eth1", r"^[A-Za-z0-9][A-Za-z0-9_-]{0,14}$");
pub(crate) static UAI: Form = form("a UAI code", "UAI codes", "0000001B", r"^[0-9]{7}[A-HJ-NPR-Z]$");
pub(crate) static DATE: Form = form("a date", "dates", "2027-06-14", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
pub(crate) static DURATION: Form = form("a duration", "durations", "1h", r"^[1-9][0-9]*[smhd]$");
pub(crate) static DOMAIN: Form = form(
    "a domain name",
    "domain names",
    "ent.example",
    r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
);
pub(crate) static HANDLE: Form = form(
    "an account or a team of the forge, or an address of electronic mail",
    "accounts",
    "\"@exemple/region\"",
    r"^[A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9._/{}-]*$",
);
pub(crate) static PROPOSAL: Form =
    form("a proposal of algorithms", "proposals", "aes256gcm16-prfsha384-ecp384", r"^[a-z0-9_]+(-[a-z0-9_]+)*$");
pub(crate) static TIMEZONE: Form =
    form("a time zone of the IANA database", "time zones", "Europe/Paris", r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$");
pub(crate) static ADDRESS4: Form = form("an IPv4 address", "IPv4 addresses", "198.51.100.1", IPV4);
pub(crate) static ADDRESS6: Form =
    form("an IPv6 address", "IPv6 addresses", "2001:db8::1", r"^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$");
pub(crate) static PREFIX4: Form =
    form("an IPv4 prefix", "IPv4 prefixes", "10.128.0.0/19", r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$");
pub(crate) static PREFIX6: Form =
    form("an IPv6 prefix", "IPv6 prefixes", "2001:db8:1::/48", r"^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]{1,3}$");
pub(crate) static PREFIX6_OR_NONE: Form = form(
    "`none` or an IPv6 prefix",
    "IPv6 prefixes",
    "2001:db8:1::/48",
    r"^(none|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]{1,3})$",
);
pub(crate) static PREFIX: Form = form("a prefix", "prefixes", "10.0.0.0/8", r"^[0-9A-Fa-f:.]+/[0-9]{1,3}$");
pub(crate) static BLOCK_PART: Form =
    form("an offset in the block with a length", "offsets", "19.128/25", r"^[0-9]{1,3}(\.[0-9]{1,3}){0,3}/[0-9]{1,2}$");
pub(crate) static FLOW: Form = form("a flow", "flows", "admin -> csm.staff on proxy", r"^[^>]+->[^>]+ on [^>]+$");
pub(crate) static END: Form = form(
    "a name of this site or `site.name`",
    "ends of flows",
    "csm.clock",
    r"^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)?$",
);
pub(crate) static SERVICES: Form =
    form("a list of services on one line", "lists of services", "udp/53, tcp/53", r"^[A-Za-z0-9_/ ,-]+$");
pub(crate) static RESOLVER: Form =
    form("`internet` and prefixes", "resolvers", "internet (198.18.0.53/32)", r"^internet *\([0-9A-Fa-f:./, ]+\)$");
pub(crate) static ISOLATE: Form = form(
    "two lists of classes with `|` between",
    "pairs of lists of classes",
    "administrative | pedagogic, open",
    r"^[A-Za-z0-9_, -]+\|[A-Za-z0-9_, -]+$",
);
pub(crate) static MAY_START: Form = form(
    "zones of sites `->` classes",
    "lines such as `csm.bastion -> management`",
    "csm.bastion -> management, gateway",
    r"^[A-Za-z0-9_., -]+->[A-Za-z0-9_, -]+$",
);
pub(crate) static MEET: Form = form(
    "classes `->` zones of sites",
    "lines such as `pedagogic -> csm.pedago`",
    "pedagogic, open -> csm.proxy_pedago",
    r"^[A-Za-z0-9_., -]+->[A-Za-z0-9_., -]+$",
);
pub(crate) static PUBLISH: Form = form(
    "classes or zones of sites, `on` services, `with` authentications",
    "lines such as `meeting on https with otp`",
    "meeting on https with otp",
    r"^[A-Za-z0-9_., -]+ on [A-Za-z0-9_/, -]+ with [a-z, ]+$",
);
pub(crate) static PORT_RANGE: Form = form("a port or a range of ports", "ports", "1-20", r"^[0-9]+(-[0-9]+)?$");
pub(crate) static PORT_NUMBER: Form = form("a port number", "port numbers", "24", r"^[0-9]+$");
pub(crate) static PORT_ROLE: Form = form(
    "a zone, `ap` with zones, or `unused`",
    "roles of ports",
    "ap byod, guest managed mgmt",
    r"^([A-Za-z0-9][A-Za-z0-9_-]*|ap [A-Za-z0-9_, -]+ managed [A-Za-z0-9_-]+)$",
);
pub(crate) static CABLE: Form = form(
    "two ends of a cable with `=` between",
    "cables",
    "gateway.lan = sw-1.48",
    r"^[A-Za-z0-9_-]+\.[A-Za-z0-9]+(-[0-9]+)? *= *[A-Za-z0-9_-]+\.[A-Za-z0-9]+(-[0-9]+)?$",
);
pub(crate) static SELECTORS: Form = form(
    "a local and a remote prefix with `=` between",
    "pairs of prefixes",
    "10.128.32.0/19 = 10.0.0.0/8",
    r"^[0-9A-Fa-f:./]+ *= *[0-9A-Fa-f:./]+$",
);

/// Lists that several tables use.
pub(crate) static A_NAME: Shape = Shape::Scalar(&NAME);
pub(crate) const NAMES: Shape = Shape::List(&A_NAME);
pub(crate) const VLAN: Shape = Shape::Number(1, 4094);

impl Shape {
    /// What it takes, as one says it: `a number from 1 to 4094`.
    pub(crate) fn takes(&self) -> String {
        match self {
            Self::Scalar(form) if form.example.is_empty() => form.one.to_owned(),
            Self::Scalar(form) => format!("{}, such as `{}`", form.one, form.example),
            Self::Number(low, high) => format!("a number from {low} to {high}"),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Word(words) => words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(" or "),
            Self::List(item) => format!("a list of {}", item.many()),
            Self::Map(key, value) => format!("a map from {} to {}", key.many, value.many()),
            Self::Struct(table) => format!("a map with the keys {}", table.key_list()),
        }
    }

    fn many(&self) -> String {
        match self {
            Self::Scalar(form) => form.many.to_owned(),
            Self::Number(..) => "numbers".to_owned(),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Word(_) => "words".to_owned(),
            Self::List(item) => format!("lists of {}", item.many()),
            Self::Map(..) => "maps".to_owned(),
            Self::Struct(table) => format!("maps with the keys {}", table.key_list()),
        }
    }
}

impl Struct {
    /// Its key of that name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|k| k.name == name)
    }

    /// Its keys as one lists them in a message.
    pub(crate) fn key_list(&self) -> String {
        self.keys.iter().map(|k| format!("`{}`", k.name)).collect::<Vec<_>>().join(", ")
    }
}
