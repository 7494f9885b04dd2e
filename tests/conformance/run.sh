#!/usr/bin/env bash
# The conformance tests: efaxd against Medplum's own router and validator, see README.md. Called by
# `./dev conformance`. The packages that it needs are fetched once and stay in build/conformance/.
# EFAXD_BIN names the folder of the programs, if they are not to be built.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

cache=$PWD/build/conformance
packages=$cache/medplum
node_release=22.23.3 # where the system's Node.js is too old
oldest_node=20

die() {
    echo "conformance: $1" >&2
    exit 69
}

# quietly WHAT COMMAND...: up to three times; its words are shown only if it fails for good.
quietly() {
    local what=$1 log try
    shift
    log=$(mktemp)
    for try in 1 2 3; do
        if "$@" >"$log" 2>&1 </dev/null; then
            rm -f "$log"
            return
        fi
        ((try == 3)) || sleep $((try * 5))
    done
    cat "$log" >&2
    rm -f "$log"
    die "$what failed"
}

new_enough() { # new_enough NODE
    [[ "$("$1" --version 2>/dev/null)" =~ ^v([0-9]+)\. ]] && ((BASH_REMATCH[1] >= oldest_node))
}

install_debian_node() {
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "please install nodejs and npm"
        as_root=(sudo)
    fi
    echo "conformance: installing nodejs and npm" >&2
    quietly "apt-get update" "${as_root[@]}" apt-get update
    quietly "apt-get install nodejs npm" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends nodejs npm
}

npm_fetch() { # npm_fetch WHAT FOLDER ARGUMENT...: packages only, none of their scripts
    local what=$1 folder=$2
    shift 2
    echo "conformance: fetching $what" >&2
    quietly "fetching $what" npm --prefix "$folder" --cache "$cache/npm" --ignore-scripts --no-audit --no-fund \
        --no-update-notifier --loglevel=error "$@"
}

# Sets node to one that is new enough: the system's, or else one that comes as an ordinary package.
find_node() {
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        install_debian_node
    fi
    node=$(command -v node)
    ! new_enough "$node" || return 0
    local architecture
    case $(uname -m) in
    x86_64) architecture=x64 ;;
    aarch64) architecture=arm64 ;;
    *) die "Node.js $oldest_node or newer is needed" ;;
    esac
    node=$cache/node/node_modules/node-linux-$architecture/bin/node
    ! new_enough "$node" || return 0
    mkdir -p "$cache/node"
    npm_fetch "Node.js $node_release" "$cache/node" \
        install --no-save --no-package-lock "node-linux-$architecture@$node_release"
    new_enough "$node" || die "the fetched Node.js does not run"
}

install_packages() {
    local wanted=tests/conformance/medplum
    ! cmp -s "$wanted/package-lock.json" "$packages/installed" || return 0
    mkdir -p "$packages"
    cp "$wanted/package.json" "$wanted/package-lock.json" "$packages/"
    npm_fetch "Medplum's packages" "$packages" ci
    cp "$wanted/package-lock.json" "$packages/installed"
    rm -rf "$cache/npm"
}

room=
check=

end() {
    local exit_code=$?
    trap - EXIT INT TERM HUP
    [[ -z $check ]] || kill "$check" 2>/dev/null || true # it ends what it has started
    [[ -z $check ]] || wait "$check" 2>/dev/null || true
    [[ -z $room ]] || rm -rf "$room"
    exit "$exit_code"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

find_node
install_packages
[[ -n ${EFAXD_BIN:-} ]] || ./dev build

room=$(mktemp -d "${TMPDIR:-/var/tmp}/efaxd-conformance.XXXXXX")
EFAXD_CONFORMANCE_PACKAGES=$packages \
    "$node" tests/conformance/check.mjs "${EFAXD_BIN:-$PWD/build/bin}" "$room" &
check=$!
wait "$check"
