# A Debian 12 that is booted in a container, and commands in it. Sourced by run.sh.
# shellcheck shell=bash

kept=$PWD/build/package/debian-12 # base system with the dependencies, used as it is from then on
scratch=$(mktemp -d)
root=$scratch/root
leader=

die() {
    echo "package: $1" >&2
    exit 1
}

shut_down() {
    local exit_code=$?
    trap - EXIT
    [[ -z $leader ]] || kill -s SIGRTMIN+4 "$leader" 2>/dev/null || true # systemd's word for power off
    wait
    rm -rf "$scratch"
    exit "$exit_code"
}
trap shut_down EXIT
trap 'exit 1' INT TERM

make_base() { # make_base DEPENDS: as of a package
    if [[ $(cat "$kept/.made-for" 2>/dev/null) != "$1" ]]; then
        echo "package: making a Debian 12 (once)"
        rm -rf "$kept"
        debootstrap --variant=minbase \
            --include=systemd,systemd-sysv,dbus,man-db,bash-completion,zsh,fish,ca-certificates \
            bookworm "$kept" >"$scratch/debootstrap.log" ||
            die "debootstrap failed: $(tail -n 5 "$scratch/debootstrap.log")"
        chroot "$kept" apt-get -qq update
        DEBIAN_FRONTEND=noninteractive chroot "$kept" apt-get -qq satisfy "$1" >"$scratch/satisfy.log" 2>&1 ||
            die "the dependencies cannot be installed: $(tail -n 5 "$scratch/satisfy.log")"
        echo "$1" >"$kept/.made-for"
    fi
    cp -a --reflink=auto "$kept" "$root"
}

boot() {
    systemd-nspawn --quiet --register=no --keep-unit --private-network --boot --directory="$root" \
        --console=pipe </dev/null >"$scratch/console" 2>&1 &
    local nspawn=$!
    until_true 60 "leader=\$(pgrep -P $nspawn | tail -n 1) && [[ -n \$leader ]]"
    # shellcheck disable=SC2016 # until_true evaluates it
    until_true 60 '[[ $(inside systemctl is-system-running 2>/dev/null) == running ]]'
}

inside() { # inside COMMAND...: as root, with nothing of our own environment
    nsenter -t "$leader" -m -u -i -n -p -r -w -- \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

until_true() { # until_true SECONDS CONDITION
    local deadline=$((SECONDS + $1))
    until eval "$2"; do
        ((SECONDS < deadline)) || die "in vain for $1 s: $2"
        sleep 0.2
    done
}

# All there is, but for what any installation changes.
files() {
    inside find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /root -o -path /srv \
        -o -path /var/tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \
        -o -path /var/lib/systemd -o -path /home -o -path /etc/systemd/system/'efaxd*.d' \) -prune -o -print | sort
}
