#!/bin/sh
# Installs the files beside this script where apply.tsv says, and keeps them only if somebody confirms.
#
#   sh apply.sh [SECONDS]    then, within that time (120 s): type `keep`, or create /run/etanche/confirm
#
# Everything is checked before anything changes, and what is replaced is saved. Without a confirmation, and on a signal,
# a lost terminal or a step that fails, all of it comes back. A run that could not end (power cut, kill -9) is undone by
# the next. This body is the same for every gateway: what varies stands in apply.tsv (source, destination, mode).

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
patience=${1:-120}
unit=etanche-firewall.service
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

save() {
    mkdir "$saved"
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
    if systemctl -q is-enabled "$unit" 2>/dev/null; then : >"$saved/enabled"; fi
    cp -- "$table" "$saved/table.tsv"
    sync
    mv "$saved/destinations" "$saved/list"
}

put() {
    mkdir -p "$(dirname -- "$2")"
    cp -p -- "$1" "$2.etanche"
    mv -f -- "$2.etanche" "$2"
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

# A proxy starts with a service name, or two would claim one shared memory, and with logs that its account may write:
# /var/log/squid is the packaged account's.
load_proxies() {
    for proxy in $(destinations "$1" 'squid-*.conf'); do
        service=$(basename -- "$proxy" .conf | tr -cd 'A-Za-z0-9')
        account=$(sed -n 's/^cache_effective_user //p' "$proxy")
        logs=$(sed -n 's,^\(access_log stdio:\|cache_log \)\([^ ]*\).*,\2,p' "$proxy")
        for log in $logs; do
            { touch "$log" && chown "$account" "$log" && chmod 0640 "$log"; } || return 1
        done
        squid -n "$service" -k parse -f "$proxy" >/dev/null 2>&1 || return 1
        squid -n "$service" -k reconfigure -f "$proxy" 2>/dev/null ||
            squid -n "$service" -f "$proxy" 9>&- || return 1
    done
}

load() {
    links=reload
    tunnels=reload
    if changed networkd.conf; then links=restart; fi
    if changed charon.conf; then tunnels=restart; fi
    systemctl daemon-reload
    load_rules "$table"
    load_settings "$table"
    load_links "$links"
    load_tunnels "$tunnels"
    load_accounts "$table"
    load_proxies "$table"
    systemctl -q enable "$unit"
    systemctl restart "$unit"
    conntrack -F 2>/dev/null
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

# Everything as it was; goes on whatever fails, and says what did.
restore() {
    table=$saved/table.tsv
    tunnels=reload
    if changed charon.conf; then tunnels=restart; fi
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
    restore_running || say "something could not be loaded again: look at the gateway before leaving it"
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
    if [ -e "$applied" ]; then load_proxies "$applied" || result=1; fi
    if [ -e "$saved/enabled" ]; then
        systemctl restart "$unit" || result=1
    else
        systemctl -q disable "$unit" 2>/dev/null || :
    fi
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

main() {
    check_start
    check_unfinished
    check_table
    check_rules
    check_tunnels
    rm -f "$confirm"
    save
    trap undo EXIT
    trap 'exit 1' HUP INT QUIT PIPE TERM
    install_files
    load
    wait_for_confirmation
    trap '' HUP INT QUIT PIPE TERM
    trap - EXIT
    stop_listening
    cp -- "$table" "$applied"
    rm -rf "$saved"
    rm -f "$confirm"
    say "kept"
}

main
