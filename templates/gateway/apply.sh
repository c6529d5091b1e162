#!/bin/sh
# Installs the files beside this script where apply.tsv says, and keeps them only if somebody confirms.
#
#   sh apply.sh [SECONDS]    then, within that time (120 s): type `keep`, or create /run/etanche/confirm
#
# 1. check   files, table, lists of the proxies, rules, tunnels: nothing is changed yet
# 2. save    what will be replaced, and what ran; from here on everything comes back unless somebody confirms
# 3. install each file in one rename; files of the run before that are no more go away
# 4. load    rules, settings, links, tunnels, accounts, proxies, then the unit that turns forwarding on
# 5. wait    for a confirmation; without one, on a signal, a lost terminal or a step that fails, undo 4 and 3
#
# A power cut or kill -9 in between is undone by the next boot before anything speaks on a link (etanche-undo.service), or by
# the next run. The distribution's own squid.service is masked where proxies run: it would be a second one, with other rules.
# This body is the same for every gateway: what varies stands in apply.tsv (source, destination, mode).

set -eu
umask 022
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
table=$here/apply.tsv
state=/var/lib/etanche
saved=$state/saved
applied=$state/applied.tsv
confirm=/run/etanche/confirm
running=/run/etanche/running
patience=${1:-120}
unit=etanche-firewall.service
undoing=/etc/systemd/system/etanche-undo.service
undoing_wanted=/etc/systemd/system/sysinit.target.wants/etanche-undo.service
tab=$(printf '\t')
reader=

say() {
    # A lost terminal must not stop what is under way.
    printf 'apply: %s\n' "$*" >&2 2>/dev/null || :
}

fail() {
    say "$*"
    exit 1
}

# The destinations of a table whose source has one of the given names.
destinations() {
    list=$1
    shift
    [ -e "$list" ] || return 0
    while IFS=$tab read -r source destination _; do
        for pattern in "$@"; do
            # shellcheck disable=SC2254 # a pattern on purpose
            case $source in $pattern) printf '%s\n' "$destination" ;; esac
        done
    done <"$list"
}

proxies() {
    destinations "$1" 'etanche-proxy-*.service' | sed 's,.*/,,'
}

# Units that the boot must start: those of a table.
units() {
    printf '%s\n' "$unit" systemd-networkd.service strongswan.service
    proxies "$1"
}

# Runs one step; what fails is named.
step() {
    what=$1
    shift
    "$@" || fail "$what: this step failed"
}

# --- before anything changes ---

check_start() {
    case $patience in '' | *[!0-9]*) fail "usage: sh apply.sh [SECONDS]" ;; esac
    [ "$(id -u)" -eq 0 ] || fail "only root can install"
    [ -r "$table" ] || fail "$table is not there"
    mkdir -p "$state" /run/etanche
    chmod 0700 "$state" /run/etanche
    exec 9>"$state/lock"
    flock -n 9 || fail "another run is under way"
}

check_tools() {
    tools='nft conntrack cmp networkctl swanctl sysctl systemctl'
    [ -z "$(proxies "$table")" ] || tools="$tools squid ss"
    for tool in $tools; do
        command -v "$tool" >/dev/null || fail "$tool is not installed: nothing was changed"
    done
}

# What a run that could not end has left: undone first.
check_unfinished() {
    if [ -e "$saved/list" ]; then
        say "an earlier run did not end: undoing it"
        set +e
        restore
        fail "what was there before that run is back: check the gateway, then run this again"
    fi
    rm -rf "$saved"
}

check_table() {
    while IFS=$tab read -r source destination mode; do
        [ -f "$here/$source" ] || fail "$source is not there"
        case $destination in
        *..*) fail "$destination leads elsewhere" ;;
        /etc/*) ;;
        *) fail "$destination is not under /etc" ;;
        esac
        case $mode in 0[0-7][04][04]) ;; *) fail "$mode is not a mode of $source" ;; esac
        if [ -L "$destination" ] || { [ -e "$destination" ] && ! [ -f "$destination" ]; }; then
            fail "$destination is not a plain file"
        fi
    done <"$table"
}

check_rules() {
    while IFS=$tab read -r source _ <&3; do
        case $source in
        *.nft) nft -c -f "$here/$source" || fail "$source is refused by nft: nothing was changed" ;;
        esac
    done 3<"$table"
}

# A proxy without one of its lists would let through what the list is there to refuse.
check_lists() {
    for proxy in "$here"/squid-*.conf; do
        [ -e "$proxy" ] || continue
        sed -n 's,^acl .* "\(/etc/squid/ut1/[^"]*\)"$,\1,p' "$proxy" >/run/etanche/lists
        while IFS= read -r list; do
            [ -s "$list" ] || fail "$list is absent or empty: fill this category first; nothing was changed"
        done </run/etanche/lists
    done
}

# A daemon of its own, in a network namespace of its own, loads the tunnels: the only full check there is.
check_tunnels() {
    [ -e "$here/swanctl.conf" ] || return 0
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --net --mount -- sh -c '
        mount -t tmpfs tmpfs /run || exit 1
        for charon in /usr/lib/ipsec/charon /usr/sbin/charon-systemd; do [ -x "$charon" ] && break; done
        "$charon" >/dev/null 2>&1 9>&- &
        tries=0
        until swanctl --stats >/dev/null 2>&1; do
            tries=$((tries + 1))
            [ "$tries" -lt 100 ] || break
            sleep 0.1
        done
        swanctl --load-all --noprompt --file "$1"
        result=$?
        kill "$!"
        wait
        exit "$result"
    ' check "$here/swanctl.conf" </dev/null >"$state/check.log" 2>&1 && return 0
    cat "$state/check.log" >&2
    fail "swanctl.conf is refused by the IKE daemon: nothing was changed"
}

# --- the change ---

# Unless the run ends, the next boot undoes it before anything of ours is read. Whatever starts a unit while the run goes on
# pulls in what the boot wants as well: what tells a boot is that /run is empty. Accounts are made before local file systems are
# mounted, so this cannot come before them too: the boot would drop one unit of the circle, and it may be this one. An account
# that no unit has harms nobody.
prepare_undo() {
    mkdir -p "$(dirname -- "$undoing_wanted")"
    cp -- "$0" "$state/undo.sh"
    cat >"$undoing.etanche" <<'UNIT'
[Unit]
Description=etanche: undo what nobody confirmed
DefaultDependencies=no
RequiresMountsFor=/var/lib/etanche
ConditionPathExists=/var/lib/etanche/saved/list
ConditionPathExists=!/run/etanche/running
After=local-fs.target
Wants=network-pre.target
Before=systemd-sysctl.service etanche-firewall.service network-pre.target

[Service]
Type=oneshot
ExecStart=/bin/sh /var/lib/etanche/undo.sh boot
UNIT
    mv -f -- "$undoing.etanche" "$undoing"
    ln -sf "$undoing" "$undoing_wanted"
}

forget_undo() {
    rm -f -- "$undoing" "$undoing_wanted" "$state/undo.sh" "$running"
}

save() {
    mkdir "$saved"
    prepare_undo
    { destinations "$table" '*' && destinations "$applied" '*'; } | sort -u >"$saved/destinations"
    count=0
    while IFS= read -r destination; do
        count=$((count + 1))
        if [ -e "$destination" ]; then cp -p -- "$destination" "$saved/$count"; fi
    done <"$saved/destinations"
    for name in net.ipv4.ip_forward net.ipv6.conf.all.forwarding; do
        value=$(sysctl -n "$name" 2>/dev/null) || continue
        printf '%s=%s\n' "$name" "$value"
    done >"$saved/forwarding"
    { units "$table" && proxies "$applied"; } | sort -u >"$saved/units"
    while IFS= read -r one; do
        if systemctl -q is-enabled "$one" 2>/dev/null; then printf '%s\n' "$one"; fi
    done <"$saved/units" >"$saved/enabled"
    systemctl is-enabled squid.service >"$saved/squid" 2>/dev/null || :
    if systemctl -q is-active squid.service 2>/dev/null; then : >"$saved/squid-ran"; fi
    cp -- "$table" "$saved/table.tsv"
    if [ -e "$applied" ]; then cp -p -- "$applied" "$saved/applied.tsv"; fi
    sync
    mv "$saved/destinations" "$saved/list"
    sync
}

put() {
    mkdir -p "$(dirname -- "$2")"
    cp -p -- "$1" "$2.etanche"
    mv -f -- "$2.etanche" "$2"
}

# Proxies that the new table does not have end while their units are still there.
stop_former() {
    proxies "$table" >"$saved/wanted"
    for one in $(proxies "$applied"); do
        grep -qxF -e "$one" "$saved/wanted" || systemctl -q disable --now "$one" || return 1
    done
}

install_files() {
    while IFS=$tab read -r source destination mode; do
        mkdir -p "$(dirname -- "$destination")"
        cp -- "$here/$source" "$destination.etanche"
        chmod "$mode" "$destination.etanche"
        mv -f -- "$destination.etanche" "$destination"
    done <"$table"
    destinations "$table" '*' >"$saved/new"
    while IFS= read -r destination; do
        grep -qxF -e "$destination" "$saved/new" || rm -f -- "$destination"
    done <"$saved/list"
}

# True when some destination of a source's name differs from what was saved.
changed() {
    count=0
    differs=1
    destinations "$table" "$1" >"$saved/asked"
    destinations "$applied" "$1" >>"$saved/asked"
    while IFS= read -r destination; do
        count=$((count + 1))
        grep -qxF -e "$destination" "$saved/asked" || continue
        if [ -e "$saved/$count" ] || [ -e "$destination" ]; then
            cmp -s "$saved/$count" "$destination" || differs=0
        fi
    done <"$saved/list"
    return "$differs"
}

load_rules() {
    for rules in $(destinations "$1" '*.nft'); do nft -f "$rules" || return 1; done
}

# Settings turn forwarding off; the unit turns it on again once the rules are in. The program is the one of the boot:
# `sysctl -p` fails on a parameter that this kernel lacks, even when a `-` before it says that it may.
load_settings() {
    for settings in $(destinations "$1" sysctl.conf); do /usr/lib/systemd/systemd-sysctl "$settings" || return 1; done
}

load_links() {
    if [ "$1" = restart ]; then
        systemctl restart systemd-networkd.service
    else
        networkctl reload
    fi
}

load_tunnels() {
    if [ "$1" = restart ]; then systemctl restart strongswan.service || return 1; fi
    swanctl --load-all --noprompt >/dev/null
}

# The packet filter knows the proxies' accounts by number, and systemd-sysusers takes another number when one is taken.
load_accounts() {
    for accounts in $(destinations "$1" sysusers.conf); do
        systemd-sysusers "$accounts" || return 1
        while read -r kind account uid _; do
            [ "$kind" = u ] || continue
            [ "$(id -u "$account")" = "$uid" ] || fail "$account is not the account number $uid: give it another number"
        done <"$accounts"
    done
}

# Debian starts a squid.service of its own, with a configuration that is not ours.
mask_squid() {
    [ -n "$(proxies "$1")" ] || return 0
    [ "$(cat "$saved/squid")" = masked ] || say "masking squid.service: it is not one of these proxies"
    systemctl -q mask --now squid.service
}

# A unit has started once Squid says that it listens; an address that comes late makes it try again by itself.
start_proxies() {
    for one in $(proxies "$1"); do
        systemctl restart "$one" || say "$one did not start at once: waiting for it"
        left=30
        until systemctl -q is-active "$one" && listens "$one"; do
            left=$((left - 1))
            [ "$left" -gt 0 ] || { say "$one does not run: journalctl -u $one says why" && return 1; }
            sleep 1
        done
    done
}

# True when a socket waits at every address of a proxy's configuration.
listens() {
    name=${1#etanche-proxy-}
    sed -n 's/^http_port //p' "/etc/squid/${name%.service}.conf" >/run/etanche/addresses
    while IFS= read -r address; do
        ss -H -ltn "src = $address" | grep -q . || return 1
    done </run/etanche/addresses
}

forget_connections() {
    conntrack -F 2>/dev/null
}

enable_units() {
    # shellcheck disable=SC2046 # names of units hold no blank
    systemctl -q enable $(units "$1")
}

load() {
    links=reload
    tunnels=reload
    if changed networkd.conf; then links=restart; fi
    if changed charon.conf; then tunnels=restart; fi
    step "units" systemctl daemon-reload
    step "rules" load_rules "$table"
    step "kernel settings" load_settings "$table"
    step "interfaces and routes" load_links "$links"
    step "tunnels" load_tunnels "$tunnels"
    step "accounts" load_accounts "$table"
    step "units at boot" enable_units "$table"
    step "rules and forwarding" systemctl restart "$unit"
    step "the distribution's proxy" mask_squid "$table"
    step "proxies" start_proxies "$table"
    step "connections of before" forget_connections
}

# --- keep it, or undo it ---

listen() {
    while read -r word; do
        if [ "$word" = keep ]; then : >"$confirm" && return; fi
    done
}

wait_for_confirmation() {
    say "type \`keep\` within $patience seconds, or create $confirm; else everything comes back"
    exec 4<&0
    listen <&4 9>&- &
    reader=$!
    left=$patience
    until [ -e "$confirm" ]; do
        [ "$left" -gt 0 ] || fail "nobody confirmed"
        left=$((left - 1))
        sleep 1 9>&- &
        wait "$!" || :
    done
}

# Every file as it was; goes on whatever fails, and says what did.
restore_files() {
    count=0
    while IFS= read -r destination; do
        count=$((count + 1))
        if [ -e "$saved/$count" ]; then
            put "$saved/$count" "$destination" || say "$destination could not be put back"
        else
            rm -f -- "$destination" || say "$destination could not be taken away"
        fi
        rm -f -- "$destination.etanche"
    done <"$saved/list"
    if [ -e "$saved/applied.tsv" ]; then put "$saved/applied.tsv" "$applied"; else rm -f -- "$applied"; fi
}

# The boot starts what it started. What is no more is stopped while its unit is there.
restore_boot() {
    while IFS= read -r one; do
        grep -qxF -e "$one" "$saved/enabled" && continue
        case $one in etanche-proxy-*) systemctl -q disable "$1" "$one" ;; *) systemctl -q disable "$one" ;; esac 2>/dev/null
    done <"$saved/units"
    if [ "$(cat "$saved/squid")" != masked ]; then systemctl -q unmask squid.service 2>/dev/null; fi
}

# Everything as it was, on the device as it runs.
restore() {
    table=$saved/table.tsv
    tunnels=reload
    if changed charon.conf; then tunnels=restart; fi
    restore_boot --now
    restore_files
    restore_running || say "something could not be loaded again: look at the gateway before leaving it"
    sync
    rm -f -- "$saved/list"
    forget_undo
    rm -rf "$saved"
}

# The same at boot, before anything of ours was read: units in the queue then read the files put back.
restore_at_boot() {
    table=$saved/table.tsv
    restore_boot --no-block
    restore_files
    systemctl daemon-reload
    while IFS= read -r one; do
        systemctl -q enable "$one"
        systemctl --no-block start "$one"
    done <"$saved/enabled"
    sync
    rm -f -- "$saved/list"
    forget_undo
    rm -rf "$saved"
}

# The rules that were in force: those of the files put back, or none of ours.
restore_rules() {
    found=no
    for rules in $({ destinations "$table" '*.nft' && destinations "$applied" '*.nft'; } | sort -u); do
        [ -e "$rules" ] || continue
        found=yes
        nft -f "$rules" || return 1
    done
    if [ "$found" = no ]; then nft delete table inet etanche 2>/dev/null || :; fi
}

restore_running() {
    result=0
    systemctl daemon-reload || result=1
    restore_rules || result=1
    if [ -e "$applied" ]; then load_settings "$applied" || result=1; fi
    load_links restart || result=1
    load_tunnels "$tunnels" || result=1
    while IFS= read -r one; do systemctl -q enable "$one" || result=1; done <"$saved/enabled"
    if grep -qxF -e "$unit" "$saved/enabled"; then systemctl restart "$unit" || result=1; fi
    start_proxies "$applied" || result=1
    if [ -e "$saved/squid-ran" ]; then systemctl start squid.service || result=1; fi
    while IFS= read -r setting; do sysctl -q -w "$setting" || result=1; done <"$saved/forwarding"
    conntrack -F 2>/dev/null || result=1
    return "$result"
}

stop_listening() {
    if [ -n "$reader" ]; then kill "$reader" 2>/dev/null || :; fi
}

undo() {
    trap '' HUP INT QUIT PIPE TERM
    trap - EXIT
    set +e
    stop_listening
    say "undoing: everything comes back as it was"
    restore
    say "done: nothing of this run is left"
    exit 1
}

# A run that the power ended: called by etanche-undo.service.
undo_at_boot() {
    if [ -e "$running" ] || ! [ -e "$saved/list" ]; then exit 0; fi
    set +e
    say "nobody confirmed the run before this boot: undoing it"
    restore_at_boot
    say "done: what was there before that run is back"
    exit 0
}

keep() {
    trap '' HUP INT QUIT PIPE TERM
    trap - EXIT
    stop_listening
    cp -- "$table" "$applied.etanche"
    sync
    mv -f -- "$applied.etanche" "$applied"
    rm -f -- "$saved/list"
    sync
    forget_undo
    rm -rf "$saved"
    rm -f "$confirm"
    say "kept"
}

main() {
    if [ "${1:-}" = boot ]; then undo_at_boot; fi
    check_start
    check_unfinished
    check_tools
    check_table
    check_lists
    check_rules
    check_tunnels
    rm -f "$confirm"
    : >"$running"
    save
    trap undo EXIT
    trap 'exit 1' HUP INT QUIT PIPE TERM
    say "all is checked; installing $(wc -l <"$table") files; what they replace is in $saved"
    stop_former
    install_files
    load
    say "loaded"
    wait_for_confirmation
    keep
}

main "$@"
