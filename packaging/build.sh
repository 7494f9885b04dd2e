#!/usr/bin/env bash
# The Debian package of the last commit, into build/package/. Called by `./dev package`.
#   packaging/build.sh            once, with what the compiler cache has
#   packaging/build.sh --twice    twice from nothing, in different folders and surroundings: the same bytes?
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

out=$PWD/build/package
git=(git -c safe.directory="$PWD")

die() {
    echo "package: $1" >&2
    exit 1
}

# The time of the commit stands in every file of the package.
SOURCE_DATE_EPOCH=$("${git[@]}" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
[[ -z $("${git[@]}" status --porcelain) ]] || echo "package: what is not committed is left out" >&2

# The version is CMake's; the changelog must have come along.
version=$(sed -n 's/^project(efaxd VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
[[ $(sed -n '1s/^efaxd (\(.*\)) .*/\1/p' packaging/debian/changelog) == "$version" ]] ||
    die "packaging/debian/changelog does not begin with version $version"

build_in() { # build_in FOLDER: leaves what was built in FOLDER
    local tree=$1/efaxd-$version log=$1/build.log
    rm -rf "$1"
    mkdir -p "$tree"
    "${git[@]}" archive HEAD | tar -x -C "$tree"
    cp -r "$tree/packaging/debian" "$tree/debian"
    (cd "$tree" && DEB_BUILD_OPTIONS="parallel=$compilers" dpkg-buildpackage -b -us -uc) >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        die "the build failed; see $log"
    }
    rm -rf "$tree"
}

# debhelper hides the home directory, where the compiler cache is. With a base folder the cache would hand the compiler
# other paths than it gets without, and they stand in the debug information.
cached() { # cached COMMAND...
    if command -v ccache >/dev/null; then
        CCACHE_DIR=$(ccache --get-config cache_dir) CCACHE_BASEDIR='' "$@"
    else
        "$@"
    fi
}

take() { # take FOLDER: its products become ours
    find "$out" -maxdepth 1 -type f -name 'efaxd*' -delete
    find "$1" -maxdepth 1 -type f -name 'efaxd*' -exec mv -t "$out" {} +
    rm -rf "$1"
}

twice() {
    export CCACHE_DISABLE=1
    build_in "$out/one"
    (
        export TZ=Pacific/Chatham LC_ALL=C.UTF-8
        umask 027
        build_in "$out/elsewhere/two"
    )
    local package different=0
    for package in "$out"/one/*.deb; do
        if cmp "$package" "$out/elsewhere/two/${package##*/}"; then
            echo "package: twice the same: $(sha256sum "$package" | cut -d ' ' -f 1)  ${package##*/}"
        else
            different=1
        fi
    done
    ((different == 0)) || die "two builds differ; they are in $out/one and $out/elsewhere/two"
    rm -rf "$out/elsewhere"
    take "$out/one"
}

judge() { # lintian on all, hardening on each program
    local unpacked program unfit
    # Whoever hands the package on puts an address of theirs into control and changelog.
    lintian --fail-on error,warning --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog \
        --allow-root "$out"/*.changes ||
        die "lintian found something"
    unpacked=$(mktemp -d)
    dpkg-deb -x "$out/efaxd_${version}_$(dpkg --print-architecture).deb" "$unpacked"
    for program in usr/sbin/efaxd usr/bin/efaxctl usr/bin/efax-sandbox usr/libexec/efaxd/efaxd-convert; do
        # Marks of control flow would need a C library that has them; Debian 12's has none. efaxctl has no call whose
        # bounds the compiler can know, and so none that fortifying would change.
        unfit=(--nocfprotection)
        [[ $program != */efaxctl ]] || unfit+=(--nofortify)
        hardening-check --quiet "${unfit[@]}" "$unpacked/$program" || die "$program is not hardened"
        [[ $(file -b "$unpacked/$program") == *", stripped" ]] || die "$program is not stripped"
        ! strings -n 6 "$unpacked/$program" | grep -qF "$PWD" || die "$program names the build folder"
    done
    rm -rf "$unpacked"
}

mkdir -p "$out"
compilers=${EFAXD_COMPILERS:-$(nproc)}
case ${1:-} in
--twice) twice ;;
"")
    cached build_in "$out/work"
    take "$out/work"
    ;;
*)
    echo "usage: packaging/build.sh [--twice]" >&2
    exit 64
    ;;
esac
judge
find "$out" -maxdepth 1 -type f -name 'efaxd*' -printf 'package: build/package/%f, %s bytes\n' | sort
