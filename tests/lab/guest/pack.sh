# The guest's first file system: sh pack.sh KERNEL ASKED TEST OUT
#
# KERNEL is a kernel package unpacked, ASKED a folder the guest finds at /asked, TEST the program it runs. Programs are this
# machine's with their libraries; modules are those named here with what they need.
set -eu
kernel=$1
asked=$2
test=$3
out=$4
here=${0%/*}
version=$(ls "$kernel/lib/modules")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

give() {
    mkdir -p "$root$(dirname "$1")"
    [ -e "$root$1" ] || cp -L "$1" "$root$1"
}

# What the linker says a program needs.
libraries() {
    ldd "$1" | grep -o '/[^ ]*' | while read -r library; do give "$library"; done
}

mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp"
for place in bin sbin lib; do ln -s "usr/$place" "$root/$place"; done
ln -s usr/lib "$root/lib64"
for name in sh mount ip nft kmod; do
    give "$(command -v "$name")"
    libraries "$(command -v "$name")"
done
ln -s ../bin/kmod "$root/usr/sbin/modprobe"
cp "$test" "$root/judge"
libraries "$test"
cp -R "$asked" "$root/asked"
cp "$here/init.sh" "$root/init"
chmod 0755 "$root/init"

for module in veth nf_tables nft_ct nft_nat nft_chain_nat nft_xfrm nft_log nft_limit nft_reject_inet nf_log_syslog xfrm_user esp4 authenc \
    crypto_null ecb; do
    modprobe -d "$kernel" -S "$version" --show-depends "$module" | sed -n 's/^insmod //p'
done | sort -u | while read -r file; do
    inside=/usr/lib/modules/$version/${file#*/"$version"/}
    mkdir -p "$root$(dirname "$inside")"
    cp "$file" "$root$inside"
done
cp "$kernel/lib/modules/$version/modules.builtin" "$kernel/lib/modules/$version/modules.builtin.modinfo" \
    "$kernel/lib/modules/$version/modules.order" "$root/usr/lib/modules/$version"
depmod -b "$root" "$version"
(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) >"$out"
