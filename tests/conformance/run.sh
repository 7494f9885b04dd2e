#!/usr/bin/env bash
# The conformance tests: efaxd against Medplum's own router and HAPI's own server, see README.md. Called by
# `./dev conformance`. What it needs is fetched once and stays in build/conformance/. EFAXD_BIN names the folder of the
# programs, if they are not to be built. The arguments: medplum or hapi, for only one of the servers; receiving or
# sending, for only one of the stories.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

cache=$PWD/build/conformance
packages=$cache/medplum
hapi=$cache/hapi
node_release=22.23.3 # where the system's Node.js is too old
oldest_node=20
oldest_java=17

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

install_debian() { # install_debian PACKAGE...
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "please install $*"
        as_root=(sudo)
    fi
    echo "conformance: installing $*" >&2
    quietly "apt-get update" "${as_root[@]}" apt-get update
    quietly "apt-get install $*" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "$@"
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
        install_debian nodejs npm
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

# Sets nginx. Should installing it start a service, that is not used: the tests run one of their own.
find_nginx() {
    local path=$PATH:/usr/sbin:/sbin
    if ! nginx=$(PATH=$path command -v nginx); then
        install_debian nginx-light
        nginx=$(PATH=$path command -v nginx) || die "nginx is needed"
    fi
}

# A certificate for loopback, good for a day, in the folder given.
make_certificate() {
    command -v openssl >/dev/null || install_debian openssl
    mkdir "$1"
    quietly "making a certificate" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -keyout "$1/key.pem" -out "$1/cert.pem" -days 1 -subj /CN=localhost \
        -addext "subjectAltName=DNS:localhost,IP:127.0.0.1"
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

java_new_enough() {
    command -v java >/dev/null && [[ "$(java -version 2>&1)" =~ \"([0-9]+) ]] && ((BASH_REMATCH[1] >= oldest_java))
}

# HAPI's server: its jars, each checked against the hash that it should have, and the few lines that start it.
install_hapi() {
    local wanted=tests/conformance/hapi
    if ! java_new_enough || ! command -v javac >/dev/null; then
        install_debian default-jdk-headless
        java_new_enough || die "Java $oldest_java or newer is needed"
    fi
    if ! cmp -s "$wanted/jars.sha256" "$hapi/installed"; then
        command -v mvn >/dev/null || install_debian maven
        echo "conformance: fetching HAPI FHIR (300 MB)" >&2
        rm -rf "$hapi"
        mkdir -p "$hapi/jars"
        quietly "fetching HAPI FHIR" mvn --batch-mode --no-transfer-progress --strict-checksums \
            -f "$wanted/pom.xml" -Dmaven.repo.local="$cache/maven" dependency:copy-dependencies \
            -DincludeScope=runtime -DoutputDirectory="$hapi/jars"
        (cd "$hapi/jars" && sha256sum --check --strict --quiet) <"$wanted/jars.sha256" ||
            die "HAPI FHIR is not what it should be"
        cp "$wanted/jars.sha256" "$hapi/installed"
        rm -rf "$cache/maven"
    fi
    if [[ ! "$hapi/classes/Server.class" -nt "$wanted/Server.java" ]]; then
        quietly "compiling HAPI's start" javac -proc:none -d "$hapi/classes" -cp "$hapi/jars/*" "$wanted/Server.java"
    fi
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

servers=()
story=
for argument in "$@"; do
    case $argument in
    medplum | hapi) servers+=("$argument") ;;
    receiving | sending) story=$argument ;;
    *)
        echo "usage: conformance [medplum | hapi] [receiving | sending]" >&2
        exit 64
        ;;
    esac
done
((${#servers[@]})) || servers=(medplum hapi)

find_node
find_nginx
install_packages
[[ " ${servers[*]} " != *" hapi "* ]] || install_hapi
[[ -n ${EFAXD_BIN:-} ]] || ./dev build

room=$(mktemp -d "${TMPDIR:-/var/tmp}/efaxd-conformance.XXXXXX")
make_certificate "$room/tls"
export EFAXD_CONFORMANCE_PACKAGES=$packages EFAXD_CONFORMANCE_HAPI=$hapi EFAXD_CONFORMANCE_NGINX=$nginx \
    EFAXD_CONFORMANCE_TLS=$room/tls NODE_EXTRA_CA_CERTS=$room/tls/cert.pem
for server in "${servers[@]}"; do
    EFAXD_CONFORMANCE_SERVER=$server "$node" tests/conformance/check.mjs \
        "${EFAXD_BIN:-$PWD/build/bin}" "$room/$server" ${story:+"$story"} &
    check=$!
    wait "$check"
done
