# A gateway boots as a host: sh boot.sh WORK LINK… in network and mount namespaces of its own.
#
# WORK holds `network/` (the generated `.network` files), `networkd.conf`, `sysctl.conf`, `etanche.nft` and `start`, the unit's commands.
# In the order of the boot: kernel settings, the rules and forwarding, then the network manager; what came of it is left in WORK.
set -eu
work=$1
shift
. "${0%/*}/../cables.sh"
ip link set dev lo up
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/netif/links /run/systemd/netif/leases
chown -R systemd-network: /run/systemd/netif
mount --bind "$work/network" /etc/systemd/network
mkdir -p /run/systemd/networkd.conf.d
cp "$work/networkd.conf" /run/systemd/networkd.conf.d/etanche.conf
umount -l /sys
mount -t sysfs -o ro sysfs /sys
/usr/lib/systemd/systemd-sysctl "$work/sysctl.conf"
sysctl -a 2>/dev/null >"$work/sysctl.before"
sh -eu "$work/start"
/usr/lib/systemd/systemd-networkd >"$work/log" 2>&1 &
daemon=$!
# Done when nothing has changed for a second, which is ten times what a change takes.
state() { ip -j address; ip -j route show table all; ip -j -6 route show table all; }
quiet=0
tries=0
last=
until [ "$quiet" -ge 10 ] || [ "$tries" -ge 1200 ]; do
    tries=$((tries + 1))
    sleep 0.1
    now=$(state | cksum)
    if [ "$now" = "$last" ]; then quiet=$((quiet + 1)); else quiet=0; fi
    last=$now
done
ip -j address >"$work/address"
ip -j -d route show table all >"$work/route4"
ip -j -d -6 route show table all >"$work/route6"
sysctl -a 2>/dev/null >"$work/sysctl.after"
kill "$daemon"
wait "$daemon" || :
