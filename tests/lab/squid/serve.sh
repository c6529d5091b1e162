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
# As the Debian package makes them.
chown proxy:proxy "$work/log" "$work/spool"
mount --bind "$work/etc" /etc
mount --bind "$work/log" /var/log/squid
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
if [ -e apply.tsv ]; then
    # The gateway's own script, all but its last line, installs and starts what its table says.
    sed '$d' apply.sh >"$work/functions.sh"
    set --
    # shellcheck disable=SC1091 # the script under test, which also sets `tab`
    . "$work/functions.sh"
    table=$work/device/apply.tsv
    while IFS=${tab:?} read -r source destination mode; do
        case $source in squid-* | lists/* | sysusers.conf)
            mkdir -p "$(dirname -- "$destination")"
            install -m "$mode" "$source" "$destination"
            ;;
        esac
    done <"$table"
    load_accounts "$table" >&2
    for proxy in $(destinations "$table" 'squid-*.conf'); do squid -k parse -f "$proxy" >>"$work/parsed" 2>&1; done
    load_proxies "$table" >&2
else
    cp -R . /etc/squid
    for proxy in squid-*.conf; do
        squid -k parse -f "/etc/squid/$proxy" >>"$work/parsed" 2>&1
        squid -f "/etc/squid/$proxy" >&2
    done
fi
exec python3 "$tests/ask.py" "$work"
