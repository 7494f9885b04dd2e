#!/usr/bin/env bash
# efaxctl top on a real terminal (tmux), against a scripted daemon: what is on the screen, what the keys ask for, and
# that the terminal is as before however it ends.
#
# usage: top.sh EFAXCTL SOURCE-FOLDER
set -euo pipefail

efaxctl=$(readlink -f "$1")
source=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
room=$(mktemp -d)
export EFAXD_SOCKET=$room/efaxd.sock LC_ALL=C.UTF-8
unset NO_COLOR TMUX
log=$room/asked
: >"$log"

tm() { tmux -S "$room/tmux" -f /dev/null "$@"; }

clean_up() {
    tm kill-server 2>/dev/null || true
    [[ -z ${daemon:-} ]] || kill "$daemon" 2>/dev/null || true
    rm -rf "$room"
}
trap clean_up EXIT

fail() {
    printf 'top.sh: %s\n---- the screen:\n' "$1" >&2
    tm capture-pane -p -t top >&2 || true
    printf -- '---- asked:\n' >&2
    sort "$log" | uniq -c >&2
    exit 1
}

# until_true SECONDS WHAT COMMAND...: tries it until it works
until_true() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        ((SECONDS < end)) || fail "$what"
        read -r -t 0.05 <> <(:) || true # a pause without a process
    done
}
screen() { tm capture-pane -p -t top; }
shows() { [[ $(screen) == *"$1"* ]]; }
shows_not() { ! shows "$1"; }
asked() { grep -qxF -- "$1" "$log"; }
coloured() { [[ $(tm capture-pane -e -p -t top) =~ $'\e['[0-9\;]*3[1-7]m ]]; }
expect() { until_true 60 "does not show: $1" shows "$1"; }
expect_asked() { until_true 60 "does not ask: $1" asked "$1"; }
press() { tm send-keys -t top "$@"; }
# The settings of the pane's terminal and its screen, as the shell has them.
settings() { stty -a <"$(tm display -p -t top '#{pane_tty}')"; }

start() { # start VARIABLE=VALUE... : runs top in the shell of the pane
    press "env $* $efaxctl top; echo ended-with-\$?" Enter
    expect 'clinic:Practitioner:lee'
}
ended() { # ended CODE: is back in the shell, with the terminal as it was
    expect "ended-with-$1"
    [[ $(tm display -p -t top '#{alternate_on}#{cursor_flag}') == 01 ]] || fail "the full screen was not left"
    [[ $(settings) == "$before" ]] || fail "the terminal's settings are not what they were"
    press -R
    tm send-keys -t top 'clear' Enter
    until_true 60 "the screen is not cleared" shows_not ended-with
}

python3 "$here/scripted_daemon.py" "$EFAXD_SOCKET" "$source/tests/golden/status/status-well.json" "$log" &
daemon=$!
until_true 60 "the scripted daemon does not start" test -S "$EFAXD_SOCKET"

tm new-session -d -s top -x 120 -y 30 "env PS1='\$ ' sh"
until_true 60 "no shell" shows '$'
before=$(settings)

start TERM=screen-256color
expect 'well: 2 mailboxes read within the last'
expect 'MAILBOX'
expect 'DELIVERED'
[[ $(tm display -p -t top '#{alternate_on}') == 1 ]] || fail "it does not use the screen apart"

# keys
press p
expect_asked 'POST /poll?mailbox=clinic%3AOrganization%3Anorth'
expect 'it is done'
press P
expect_asked 'POST /poll'
press Down
press Space
expect_asked 'POST /mailboxes/clinic%3APractitioner%3Alee/pause'
expect 'paused'
press Space
expect_asked 'POST /mailboxes/clinic%3APractitioner%3Alee/resume'
press r
expect 'retry the 2 held of clinic:Practitioner:lee?'
press y
expect_asked 'POST /faxes/clinic%3Afax-0001/retry'
expect_asked 'POST /faxes/clinic%3Afax-0002/retry'
press s
expect 'sort by last read'
press '?'
expect 'keys of efaxctl top'
press x
expect 'clinic:system'
press / n o r Enter
expect 'filter: nor (1 of 3)'
until_true 60 "the filter hides nothing" shows_not 'clinic:system'
press Escape
expect 'clinic:system'

# a narrow window, and a wide one again
tm resize-window -t top -x 50 -y 12
until_true 60 "a narrow terminal shows too much" shows_not DELIVERED
expect 'WAITING'
tm resize-window -t top -x 140 -y 40
expect 'ARRIVALS'
tm resize-window -t top -x 120 -y 30
until_true 60 "no quit" shows 'q quit'

# colours are in the screen, and with NO_COLOR none
until_true 60 "there is no colour" coloured
press q
ended 0
start TERM=screen-256color NO_COLOR=1
expect 'q quit'
! coloured || fail "NO_COLOR shows colours"
press C-c
ended 130

# a terminal without colours, ended from outside
start TERM=vt100
pkill -TERM -P "$(tm display -p -t top '#{pane_pid}')" -x efaxctl
ended 143

# a fault of its own
start TERM=screen-256color
pkill -SEGV -P "$(tm display -p -t top '#{pane_pid}')" -x efaxctl
ended 139

# no terminal to speak of
press "TERM=dumb $efaxctl top; echo dumb-\$?" Enter
expect 'dumb-64'
[[ $(settings) == "$before" ]] || fail "a dumb terminal was changed"
if "$efaxctl" top </dev/null >"$room/out" 2>&1; then fail "it runs without a terminal"; fi
grep -q 'there is no terminal' "$room/out" || fail "it does not say that there is no terminal"

# the daemon goes and comes
press clear Enter
start TERM=screen-256color
kill "$daemon"
wait "$daemon" 2>/dev/null || true
expect 'NO ANSWER: '
expect 'clinic:system'
press q
ended 0
echo "top.sh: well"
