# A charon on one gateway's files: sh side.sh WORK, in network and mount namespaces of its own. WORK holds `swanctl.conf` and
# `charon.conf` as generated and `etc/` with certificates and keys in the slots; it gets `log` and the socket `run/charon.vici`.
set -eu
cd "$1"
mkdir -p run etc/conf.d strongswan.d
cp /etc/swanctl/swanctl.conf etc/swanctl.conf
cp swanctl.conf etc/conf.d/etanche.conf
cp -R /etc/strongswan.d/. strongswan.d
cp charon.conf strongswan.d/etanche.conf
mount --bind etc /etc/swanctl
mount --bind strongswan.d /etc/strongswan.d
mount --bind run /run
exec /usr/lib/ipsec/charon >log 2>&1
