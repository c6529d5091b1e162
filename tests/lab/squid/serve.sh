# The proxies of one device, from its files as they are: sh serve.sh WORK TESTS ADDRESS…
#
# Runs in network, mount and process namespaces of its own, which end with it. WORK holds `device` (the files), `slots` (what the
# device must have and etanche does not write), `names` and `resolvers` for ask.py; logs, sockets and peers are left in it.
set -eu
work=$1
tests=$2
shift 2

mkdir -p "$work/etc" "$work/log" "$work/spool" "$work/run"
cp /etc/passwd /etc/group /etc/nsswitch.conf "$work/etc"
cp -R /etc/squid "$work/etc/squid"
rm -rf "$work/etc/squid/conf.d"
cp -R "$work/slots/." "$work/etc/squid"
# As the Debian package makes it.
chown proxy:proxy "$work/spool"
mount --bind "$work/etc" /etc
mount --bind "$work/log" /var/log
mount --bind "$work/spool" /var/spool/squid
mount --bind "$work/run" /run
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
ip link set lo up
# The users of what goes out, as the packet filter sees them.
nft -f - <<'RULES'
table inet seen {
	set users {
		typeof meta skuid
		flags dynamic
	}
	chain output {
		type filter hook output priority 0
		tcp dport { 80, 443 } ct state new update @users { meta skuid }
		udp dport 53 update @users { meta skuid }
	}
}
RULES
for address in "$@"; do ip address replace "$address" dev lo; done

cd "$work/device"
# As the table says, or as the administrator of a machine of its own does; then as the units say.
for file in squid-*.conf lists/*; do
    if [ -e "$file" ]; then install -D -m 0644 "$file" "/etc/squid/${file#squid-}"; fi
done
if [ -e sysusers.conf ]; then systemd-sysusers "$PWD/sysusers.conf" >&2; fi
for unit in etanche-proxy-*.service; do
    name=${unit%.service}
    said() { sed -n "s/^$1=//p" "$unit"; }
    user=$(said User)
    install -d -o "$user" -m 0750 "/run/$(said RuntimeDirectory)" "/var/log/$(said LogsDirectory)"
    squid -k parse -f "/etc/squid/${name#etanche-proxy-}.conf" >>"$work/parsed" 2>&1
    # shellcheck disable=SC2046
    setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
        $(said ExecStart) >&2 &
done
exec python3 "$tests/ask.py" "$work"
