//! Well-known ports (IANA), by what rules ask of them.

use crate::policy::L4;

const fn tcp(port: u16) -> L4 {
    L4::Tcp(port, port)
}

const fn udp(port: u16) -> L4 {
    L4::Udp(port, port)
}

/// Administration that shows its passwords: FTP, Telnet, HTTP, rexec, rlogin, rsh, TFTP.
pub(super) const CLEAR_ADMIN: &[L4] = &[tcp(21), tcp(23), tcp(80), tcp(512), tcp(513), tcp(514), udp(69)];
/// Administration: SSH, HTTPS, RDP, WinRM.
pub(super) const ADMIN: &[L4] = &[tcp(22), tcp(443), tcp(3389), tcp(5985), tcp(5986)];
/// SNMP and syslog.
pub(super) const SUPERVISION: &[L4] = &[udp(161), udp(162), udp(514), tcp(6514)];
/// The web, QUIC included.
pub(super) const WEB: &[L4] = &[tcp(80), tcp(443), tcp(8080), udp(443)];
/// Directories: LDAP, with TLS, and the global catalogue.
pub(super) const DIRECTORY: &[L4] = &[tcp(389), tcp(636), tcp(3268), tcp(3269), udp(389)];
/// Mail from server to server.
pub(super) const SMTP: &[L4] = &[tcp(25)];
/// Names.
pub(super) const DNS: &[L4] = &[tcp(53), udp(53)];
