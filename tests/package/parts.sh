# What must hold of the package, part by part. Sourced by run.sh; each part finds what the ones before have left.
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2016 # root, scratch and version are run.sh's; some words are for shells inside

parts=0

part() { # part FUNCTION
    "$1"
    parts=$((parts + 1))
    echo "package: ${1//_/ }"
}

same() { # same WHAT EXPECTED ACTUAL
    [[ $2 == "$3" ]] || die "$1: expected '$2', found '$3'"
}

fails() { # fails EXIT-CODE COMMAND...
    local code=0
    "${@:2}" >"$scratch/out" 2>&1 || code=$?
    same "exit code of ${*:2}" "$1" "$code"
}

says() { # says PATTERN COMMAND...
    local text
    text=$("${@:2}")
    grep -q -- "$1" <<<"$text" || die "${*:2} does not say '$1': $text"
}

apt() { # apt ARGUMENT...: without a network
    inside apt-get -y -q "$@" >"$scratch/apt" 2>&1 || die "apt-get $*: $(tail -n 20 "$scratch/apt")"
}

mode() { inside stat -c '%a %U %G' "$1"; }

installed_and_not_started() {
    apt install /srv/efaxd.deb
    grep -q 'installed, but not started' "$scratch/apt" || die "nothing tells what to do next"
    same enabled disabled "$(inside systemctl is-enabled efaxd || true)"
    same active inactive "$(inside systemctl is-active efaxd || true)"
    inside systemd-analyze verify efaxd.service efaxd@north.service
}

user_and_modes() {
    same shell /usr/sbin/nologin "$(inside getent passwd efaxd | cut -d : -f 7)"
    inside getent group efaxd efaxd-admin >/dev/null
    same /etc/efaxd '755 root root' "$(mode /etc/efaxd)"
    same efaxd.yaml '640 root efaxd' "$(mode /etc/efaxd/efaxd.yaml)"
    same secrets '700 root root' "$(mode /etc/efaxd/secrets)"
    same convert '755 root root' "$(mode /usr/libexec/efaxd/efaxd-convert)"
    same conffiles /etc/efaxd/efaxd.yaml "$(inside dpkg-query -W -f '${Conffiles}' efaxd | awk '{ print $1 }' | xargs)"
}

shipped_configuration() {
    inside runuser -u efaxd -- efaxd --config /etc/efaxd/efaxd.yaml --check-config >/dev/null
    # Started as it is, it says what is missing and is not started again and again.
    fails 1 inside systemctl start efaxd
    same result exit-code "$(inside systemctl show -p Result --value efaxd)"
    same status 78 "$(inside systemctl show -p ExecMainStatus --value efaxd)"
    inside systemctl reset-failed efaxd
}

programs_manuals_completions() {
    same version "efaxctl $version" "$(inside efaxctl version | sed -n 1p)"
    same version "efaxd $version" "$(inside efaxd --version)"
    says 'a person must decide' inside efaxctl explain fax.held
    local page
    for page in efaxd.8 efaxctl.1 efax-sandbox.1 efaxd.yaml.5 efaxd-events.7; do
        same "man $page" "" "$(inside man --warnings -E UTF-8 -Tutf8 -Z "$page" 2>&1 >/dev/null)"
    done
    same bash 'resume retry resend reload' "$(inside bash -c 'source /usr/share/bash-completion/bash_completion
        _completion_loader efaxctl || true
        COMP_WORDS=(efaxctl re) COMP_CWORD=1 COMP_LINE="efaxctl re" COMP_POINT=10
        _efaxctl
        echo "${COMPREPLY[*]}"')"
    same zsh _efaxctl "$(inside zsh -fc 'autoload -U compinit && compinit -D && echo $_comps[efaxctl]')"
    same fish reload "$(inside fish -c 'complete -C "efaxctl relo"' | cut -f 1)"
    local file
    for file in doc/efaxd/{sbom.cdx.json,install.md,configure.md,security.md,troubleshooting.md} \
        doc/efaxd/examples/{nginx/efaxd.conf,systemd/secrets.conf,medplum/access-policy.json} \
        efaxd/{status,efaxd}.schema.json; do
        inside test -s "/usr/share/$file" || die "there is no /usr/share/$file"
    done
}

start_sandbox() { # start_sandbox NAME FIRST-PORT FAXES
    inside systemd-run --quiet --unit="sandbox-$1" --property=DynamicUser=yes \
        efax-sandbox --efax-port "$2" --fhir-port $(($2 + 1)) --control-port $(($2 + 2)) --faxes "$3"
}

configure() { # configure FILE FIRST-PORT [SED-EXPRESSION]: the shipped file, changed as an administrator would
    sed -e "s|base_url: https://api[^ ]*|base_url: http://127.0.0.1:$2|" \
        -e "s|base_url: https://fhir[^ ]*|base_url: http://127.0.0.1:$(($2 + 1))/fhir/R4|" \
        -e 's|method: client_credentials|method: none|' -e '/^ *client_\(id\|secret\):/d' \
        -e 's|poll: 60s|poll: 1s|' -e "${3:-}" "$root/etc/efaxd/efaxd.yaml" >"$scratch/yaml"
    cat "$scratch/yaml" >"$root$1"
}

write_secrets() { # write_secrets FOLDER
    install -d -m 0700 "$root$1"
    printf 'sim-app\n' >"$root$1/eFaxAppId"
    printf 'sim-key+/==\n' >"$root$1/eFaxApiKey"
    printf '10000001-20000001\n' >"$root$1/eFaxUserId"
    chmod 0400 "$root$1"/*
}

judgement() { # judgement FIRST-PORT
    nsenter -t "$leader" -n curl -fsS "http://127.0.0.1:$(($1 + 2))/oracle?text" 2>/dev/null || true
}

all_arrived() { # all_arrived FIRST-PORT FAXES
    until_true 60 "[[ \$(judgement $1) == '$2 faxes at eFax, $2 Communications, 0 missing, 0 double'* ]]"
}

more_faxes() { # more_faxes FIRST-PORT COUNT
    nsenter -t "$leader" -n curl -fsS --json "{\"count\":$2}" "http://127.0.0.1:$(($1 + 2))/faxes" >/dev/null
}

receives_as_a_service() {
    start_sandbox main 7000 5
    configure /etc/efaxd/efaxd.yaml 7000
    same mode '640 root efaxd' "$(mode /etc/efaxd/efaxd.yaml)"
    write_secrets /etc/efaxd/secrets
    install -D -m 0644 -t "$root/etc/systemd/system/efaxd.service.d" "$root/usr/share/doc/efaxd/examples/systemd/secrets.conf"
    sed -i /fhirClientSecret/d "$root/etc/systemd/system/efaxd.service.d/secrets.conf"
    inside systemctl daemon-reload
    inside systemctl enable --quiet --now efaxd
    all_arrived 7000 5
    same user efaxd "$(inside ps -o user= -p "$(inside systemctl show -p MainPID --value efaxd)" 2>/dev/null ||
        inside stat -c %U "/proc/$(inside systemctl show -p MainPID --value efaxd)")"
    same socket '660 efaxd efaxd' "$(mode /run/efaxd/efaxd.sock)"
    same state '700 efaxd efaxd' "$(mode /var/lib/efaxd)"
    says '^well:' inside efaxctl status
}

who_may_do_what() {
    inside usermod -a -G efaxd alice
    inside usermod -a -G efaxd,efaxd-admin bob
    fails 69 inside runuser -u eve -- efaxctl status
    fails 0 inside runuser -u alice -- efaxctl status
    fails 77 inside runuser -u alice -- efaxctl poll
    fails 0 inside runuser -u bob -- efaxctl poll
    says daemon.asked inside journalctl -q -u efaxd -o cat
}

reload_tells_its_outcome() {
    inside systemctl reload efaxd
    sed -i 's|^hands: 32|hends: 32|' "$root/etc/efaxd/efaxd.yaml"
    fails 1 inside systemctl reload efaxd
    says 'efaxctl: /etc/efaxd/efaxd.yaml:.*hends' inside journalctl -q -u efaxd -o cat
    same active active "$(inside systemctl is-active efaxd)"
    sed -i 's|^hends: 32|hands: 32|' "$root/etc/efaxd/efaxd.yaml"
    inside systemctl reload efaxd
}

# One more, with its secrets encrypted for the machine.
several_instances() {
    start_sandbox north 7100 3
    configure /etc/efaxd/north.yaml 7100 's|/var/lib/efaxd|&-north|; s|/run/efaxd/|/run/efaxd-north/|; s|127.0.0.1:7000|127.0.0.1:7100|; s|127.0.0.1:7001|127.0.0.1:7101|'
    chmod 0640 "$root/etc/efaxd/north.yaml"
    inside chgrp efaxd /etc/efaxd/north.yaml
    inside install -d -m 0700 /etc/efaxd/secrets/north
    local name
    for name in eFaxAppId eFaxApiKey eFaxUserId; do
        inside systemd-creds encrypt --with-key=host --name=$name "/etc/efaxd/secrets/$name" \
            "/etc/efaxd/secrets/north/$name.cred" 2>/dev/null
    done
    install -d "$root/etc/systemd/system/efaxd@.service.d"
    sed -e /fhirClientSecret/d -e 's|/secrets/|/secrets/%i/|' \
        "$root/usr/share/doc/efaxd/examples/systemd/encrypted-secrets.conf" \
        >"$root/etc/systemd/system/efaxd@.service.d/secrets.conf"
    inside systemctl daemon-reload
    inside systemctl enable --quiet --now efaxd@north
    all_arrived 7100 3
    inside systemctl reload efaxd@north
    says '^well:' inside efaxctl --socket /run/efaxd-north/efaxd.sock status
    same state '700 efaxd efaxd' "$(mode /var/lib/efaxd-north)"
    same active active "$(inside systemctl is-active efaxd)"
}

# The next version, whose own configuration has changed as well.
make_successor() { # make_successor PACKAGE TO
    dpkg-deb -R "$1" "$scratch/successor"
    sed -i 's/^Version: .*/&+next/' "$scratch/successor/DEBIAN/control"
    echo '# The next version has a line more.' >>"$scratch/successor/etc/efaxd/efaxd.yaml"
    dpkg-deb --root-owner-group -b "$scratch/successor" "$2" >/dev/null
    rm -rf "$scratch/successor"
}

upgrade_keeps_the_configuration() {
    local before after unit
    before=$(sha256sum <"$root/etc/efaxd/efaxd.yaml")
    for unit in efaxd efaxd@north; do
        inside systemctl show -p MainPID --value $unit
    done >"$scratch/processes"
    apt -o Dpkg::Options::=--force-confold install /srv/successor.deb
    after=$(sha256sum <"$root/etc/efaxd/efaxd.yaml")
    same configuration "$before" "$after"
    same mode '640 root efaxd' "$(mode /etc/efaxd/efaxd.yaml)"
    grep -q 'a line more' "$root/etc/efaxd/efaxd.yaml.dpkg-dist" || die "the new file is not put beside"
    for unit in efaxd efaxd@north; do
        same "$unit" active "$(inside systemctl is-active $unit)"
        ! grep -qx "$(inside systemctl show -p MainPID --value $unit)" "$scratch/processes" ||
            die "$unit was not restarted"
    done
    more_faxes 7000 2
    more_faxes 7100 2
    all_arrived 7000 7
    all_arrived 7100 5
}

remove_keeps_what_is_ours() {
    apt remove efaxd
    same active inactive "$(inside systemctl is-active efaxd || true)"
    same active inactive "$(inside systemctl is-active efaxd@north || true)"
    inside test ! -e /usr/sbin/efaxd -a -e /var/lib/efaxd/ledger.db -a -e /etc/efaxd/efaxd.yaml \
        -a -e /etc/efaxd/secrets/eFaxAppId
    apt install /srv/successor.deb
    inside systemctl is-enabled --quiet efaxd
    inside systemctl start efaxd
    more_faxes 7000 1
    all_arrived 7000 8
}

purge_keeps_undelivered_documents() {
    inside install -o efaxd -g efaxd -m 0600 /dev/null /var/lib/efaxd-north/spool/undelivered
    apt purge efaxd
    grep -q '/var/lib/efaxd-north stays' "$scratch/apt" || die "nothing tells that documents stay"
    inside test -e /var/lib/efaxd-north/ledger.db -a ! -e /var/lib/efaxd
}

purge_leaves_nothing() {
    inside rm -r /var/lib/efaxd-north
    files >"$scratch/after"
    diff "$scratch/before" "$scratch/after" || die "something was left behind, or is gone"
}
