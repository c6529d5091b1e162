//! What things are called, the same in pictures and in the certificate.

use crate::policy::L4;

/// `tcp/443`, `udp/16384-16484`, `icmp/8`: by numbers.
pub fn written(l4: L4) -> String {
    let span = |low: u16, high: u16| if low == high { low.to_string() } else { format!("{low}-{high}") };
    match l4 {
        L4::Tcp(low, high) => format!("tcp/{}", span(low, high)),
        L4::Udp(low, high) => format!("udp/{}", span(low, high)),
        L4::Icmp(kind) => format!("icmp/{kind}"),
        L4::Icmp6(kind) => format!("icmp6/{kind}"),
    }
}
