//! placeholder
pub static DIALECT: super::Dialect =
    super::Dialect { id: "aos", name: "x", claims: |_| false, read: |_| {}, codes: &[] };
