//! `local` and `remote` of a connection: who proves what to whom (RFC 7296 §2.15).

use super::defaults;
use super::value::{identity, is_certificate, names};
use crate::config::tunnel::Auth;
use crate::dialects::words::{Refused, Row, Table, among, one};

/// An authentication that accepts nothing yet.
pub(super) const NOBODY: Auth = Auth { certificate: false, id: None, certs: Vec::new(), cacerts: Vec::new() };

const LOCAL_ROWS: &[Row<Auth>] = &[
    one("auth", |a, w| {
        a.certificate = is_certificate(w)?;
        Ok(())
    }),
    one("certs", |a, w| {
        a.certs = names(w)?;
        Ok(())
    }),
    one("id", |a, w| {
        a.id = identity(w);
        Ok(())
    }),
];

const REMOTE_ROWS: &[Row<Auth>] = &[
    one("auth", |a, w| {
        a.certificate = is_certificate(w)?;
        Ok(())
    }),
    one("certs", |a, w| {
        a.certs = names(w)?;
        Ok(())
    }),
    one("id", |a, w| {
        a.id = identity(w);
        Ok(())
    }),
    one("cacerts", |a, w| {
        a.cacerts = names(w)?;
        Ok(())
    }),
    one("revocation", |_, w| among(w, &[("strict", ()), ("ifuri", ()), ("relaxed", ())])),
];

const REFUSED: &[Refused] = &[
    ("round", "further rounds of authentication are not modelled"),
    ("pubkeys", "raw public keys are not modelled: use certificates"),
    ("ca_id", "an authority by name is not modelled: use `cacerts`"),
    ("groups", "attribute certificates are not modelled"),
    ("cert_policy", "certificate policies are not modelled"),
    ("eap_id", "EAP is not modelled"),
    ("aaa_id", "EAP is not modelled"),
    ("xauth_id", "XAuth is not modelled"),
];

/// `local { … }`.
pub(super) const LOCAL: Table<Auth> =
    Table { what: "`local`", page: "swanctl.conf(5)", rows: LOCAL_ROWS, defaults: defaults::LOCAL, refused: REFUSED };

/// `remote { … }`.
pub(super) const REMOTE: Table<Auth> = Table {
    what: "`remote`",
    page: "swanctl.conf(5)",
    rows: REMOTE_ROWS,
    defaults: defaults::REMOTE,
    refused: REFUSED,
};
