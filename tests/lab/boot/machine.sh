# A machine with a systemd of its own: sh machine.sh WORK LINK…
#
# Runs in network, mount, process, IPC, UTS and control group namespaces of its own, which end with it. Its disk is this machine's
# with WORK/disk on top: what is written there is there at the next boot, however the last one ended. This kernel has neither VLAN
# nor XFRM interfaces: cables of the same names stand for them.
set -eu
work=$1
shift
. "${0%/*}/../cables.sh"
root=$work/root
mkdir -p "$work/disk" "$work/spare" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/disk,workdir=$work/spare" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
# A boot empties /tmp: this machine's, file by file, would take minutes.
mount -t tmpfs -o mode=1777 tmpfs tmp
mount --bind "$work/given" mnt
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
    : >"dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777 tmpfs dev/shm
exec chroot . /usr/bin/env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /usr/lib/systemd/systemd --system --unit=multi-user.target
