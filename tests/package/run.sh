#!/usr/bin/env bash
# The package in a Debian 12 of its own, booted with systemd in a container without a network: installed, run against
# efax-sandbox, reloaded, upgraded, removed and purged. `./dev package --try` makes the package and calls this; it needs
# root. Base system and dependencies are fetched once and kept under build/package/.
set -Eeuo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
source tests/package/container.sh

package=$(find build/package -maxdepth 1 -name 'efaxd_*.deb' -print -quit)
[[ -n $package ]] || die "there is no package: run ./dev package"
version=$(dpkg-deb -f "$package" Version)
((EUID == 0)) || die "a container needs root"

source tests/package/parts.sh
trap 'echo "package: failed: $BASH_COMMAND" >&2' ERR

make_base "$(dpkg-deb -f "$package" Depends)"
boot
for person in alice bob eve; do
    inside useradd -m "$person"
done
cp "$package" "$root/srv/efaxd.deb"
make_successor "$package" "$root/srv/successor.deb"
files >"$scratch/before"

part installed_and_not_started
part user_and_modes
part shipped_configuration
part programs_manuals_completions
part receives_as_a_service
part who_may_do_what
part reload_tells_its_outcome
part several_instances
part upgrade_keeps_the_configuration
part remove_keeps_what_is_ours
part purge_keeps_undelivered_documents
part purge_leaves_nothing
echo "package: $parts parts, all well ($SECONDS s)"
