#!/usr/bin/env bash
# Shows efaxd at work: starts the sandbox (a simulated eFax and FHIR server) and efaxd against it, lets faxes arrive at
# all three levels and prints the Communications as they appear. Called by `./dev demo`, which builds first.
# Ends by itself with --for DURATION, counted from the first poll; exits 0 only if every fax arrived exactly once.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

bin=${EFAXD_BIN:-$PWD/build/bin}
lasts= # seconds; empty: until Ctrl-C
patience=30

usage() {
    echo "usage: demo [--for DURATION]   such as 20s or 2m" >&2
    exit 64
}

seconds_of() { # seconds_of DURATION
    [[ $1 =~ ^([0-9]{1,5})(s|m|h)?$ ]] || usage
    case ${BASH_REMATCH[2]} in
    m) echo $((10#${BASH_REMATCH[1]} * 60)) ;;
    h) echo $((10#${BASH_REMATCH[1]} * 3600)) ;;
    *) echo $((10#${BASH_REMATCH[1]})) ;;
    esac
}

while (($#)); do
    case $1 in
    --for)
        (($# > 1)) || usage
        lasts=$(seconds_of "$2")
        shift 2
        ;;
    --for=*)
        lasts=$(seconds_of "${1#*=}")
        shift
        ;;
    *) usage ;;
    esac
done

home=$(mktemp -d)
sandbox=
daemon=

end() {
    local exit_code=$?
    trap - EXIT INT TERM
    [[ -z $daemon ]] || kill "$daemon" 2>/dev/null || true
    [[ -z $daemon ]] || wait "$daemon" 2>/dev/null || true
    [[ -z $sandbox ]] || kill "$sandbox" 2>/dev/null || true
    [[ -z $sandbox ]] || wait "$sandbox" 2>/dev/null || true
    rm -rf "$home"
    exit "$exit_code"
}
trap end EXIT

fail() {
    echo "demo: $1" >&2
    tail -n 20 "$home"/*.log >&2 || true
    exit 1
}

# wait_until WHAT COMMAND...: tries until the command succeeds.
wait_until() {
    local what=$1 give_up=$((SECONDS + patience))
    shift
    until "$@"; do
        { kill -0 "$sandbox" && { [[ -z $daemon ]] || kill -0 "$daemon"; }; } 2>/dev/null || fail "a program ended early"
        ((SECONDS < give_up)) || fail "$what did not happen within $patience s"
        sleep 0.2
    done
}

ask_sandbox() { curl --silent --fail --max-time 10 "$control$1"; }
ask_daemon() { curl --silent --fail --max-time 10 --unix-socket "$home/efaxd.sock" "http://efaxd$1"; }
first_poll() { ask_daemon /readyz >/dev/null; }
all_arrived() { [[ "$(ask_sandbox /oracle)" == *'"clean":true'* ]]; }

# text_of NAME OBJECT: a string member of a flat JSON object.
text_of() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$2"; }

start_sandbox() {
    local faxes=1000000 # about six days
    [[ -z $lasts ]] || faxes=$((lasts * 2))
    "$bin/efax-sandbox" --scenario clinic --faxes "$faxes" --arrive 2/s --seed "$RANDOM" \
        >"$home/ready" 2>"$home/sandbox.log" &
    sandbox=$!
    wait_until "the start of the sandbox" test -s "$home/ready"
    local ready
    ready=$(<"$home/ready")
    efax=$(text_of efax "$ready")
    fhir=$(text_of fhir "$ready")
    control=$(text_of control "$ready")
}

start_daemon() {
    (
        umask 077
        printf %s sim-app >"$home/eFaxAppId"
        printf %s sim-key+/== >"$home/eFaxApiKey"
        printf %s 10000001-20000001 >"$home/eFaxUserId"
        mkdir "$home/state"
    )
    cat >"$home/efaxd.yaml" <<END
state_dir: $home/state
socket: $home/efaxd.sock
hands: 8
projects:
  - name: demo
    secrets:
      eFaxAppId: { file: $home/eFaxAppId }
      eFaxApiKey: { file: $home/eFaxApiKey }
      eFaxUserId: { file: $home/eFaxUserId }
    efax: { base_url: $efax }
    fhir: { base_url: $fhir, settle: 2s, auth: { method: none } }
    mailboxes:
      poll: 1s
      system: { recipient: Organization/front-desk }
      discover_every: 5s
    retry: { first: 1s, most: 5s }
END
    "$bin/efaxd" --config "$home/efaxd.yaml" 2>"$home/efaxd.log" &
    daemon=$!
    wait_until "the first poll" first_poll
}

shown=0
# Prints the Communications that are new.
show_new() {
    local objects object
    mapfile -t objects < <(ask_sandbox /communications | sed 's/},{/}\n{/g' | grep fax_id || true)
    for object in "${objects[@]:shown}"; do
        printf 'Communication/%s  fax %s  for %-25s  %s\n' "$(text_of id "$object")" "$(text_of fax_id "$object")" \
            "$(text_of recipient "$object")" "$(text_of document "$object")"
    done
    shown=${#objects[@]}
}

start_sandbox
start_daemon
cat <<END
efaxd reads a simulated eFax at $efax and writes to a simulated FHIR server at $fhir.
Look at it from another terminal:
  $bin/efaxctl --socket $home/efaxd.sock status
  $bin/efaxctl --socket $home/efaxd.sock mailboxes
  curl --unix-socket $home/efaxd.sock http://efaxd/metrics
  curl $fhir/Communication
  curl $control/oracle
  tail -f $home/efaxd.log

END

stopped=
trap 'stopped=yes' INT TERM
end_at=$((SECONDS + ${lasts:-999999999}))
while [[ -z $stopped ]] && ((SECONDS < end_at)); do
    show_new
    sleep 0.5 || true
    kill -0 "$daemon" 2>/dev/null || fail "efaxd ended early"
done
if [[ -n $stopped ]]; then
    kill "$sandbox" 2>/dev/null || true
    wait "$sandbox" || true
    sandbox=
    tail -n 1 "$home/sandbox.log" # the oracle's line, which it ends with
    exit 0
fi

wait_until "the arrival of every fax" all_arrived
show_new
echo
"$bin/efaxctl" --socket "$home/efaxd.sock" status || true
echo
ask_sandbox "/oracle?text"
all_arrived || fail "not every fax arrived exactly once"
kill "$daemon"
wait "$daemon" || fail "efaxd did not end well"
daemon=
