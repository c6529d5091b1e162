# The disk of a machine before its first boot: sh prepare.sh WORK. WORK/given holds the gateway's files and `slots`.
#
# Only what a gateway has is started by the boot; charon, which this kernel cannot give ESP, is another test's.
set -eu
work=$1
disk=$work/disk
mkdir -p "$disk/etc/systemd/system" "$disk/usr/sbin" "$disk/etc/squid"
cp -R "$work/given/slots/." "$disk/etc/squid"
for unit in cron apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap fstrim.timer logrotate.timer man-db.timer \
    dpkg-db-backup.timer ssh systemd-timesyncd systemd-logind postgresql getty.target remote-fs.target networking; do
    case $unit in *.*) ;; *) unit=$unit.service ;; esac
    ln -sf /dev/null "$disk/etc/systemd/system/$unit"
done
printf '#!/bin/sh\nexit 0\n' >"$disk/usr/sbin/swanctl"
chmod 0755 "$disk/usr/sbin/swanctl"
cat >"$disk/etc/systemd/system/strongswan.service" <<'UNIT'
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
[Install]
WantedBy=multi-user.target
UNIT
# What the distribution's package does: a second proxy, from a configuration of its own.
mkdir -p "$disk/etc/systemd/system/multi-user.target.wants"
ln -sf /lib/systemd/system/squid.service "$disk/etc/systemd/system/multi-user.target.wants/squid.service"
mkdir -p "$disk/etc/squid/conf.d"
echo 'shutdown_lifetime 1 second' >"$disk/etc/squid/conf.d/soon.conf"
