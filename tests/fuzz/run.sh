#!/usr/bin/env bash
# ./dev fuzz [TARGET...] [--for 1m] [--runs N]: runs the targets one after another under libFuzzer. Inputs that
# reach new code are kept in build/fuzz/corpus/TARGET for the next time. What breaks a target is put into
# build/fuzz/found/TARGET, and the exit code is 1. See tests/fuzz/README.md.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

die() { # die EXIT-CODE TEXT
    printf 'dev fuzz: %s\n' "$2" >&2
    exit "$1"
}

seconds_of() { # seconds_of DURATION
    [[ "$1" =~ ^([0-9]{1,6})(s|m|h)?$ ]] || die 64 "--for takes a duration such as 90s, 10m or 1h"
    local unit=1
    case "${BASH_REMATCH[2]}" in
    m) unit=60 ;;
    h) unit=3600 ;;
    esac
    echo $((10#${BASH_REMATCH[1]} * unit))
}

# The longest input of a target. What is told by the value of a few bytes needs no long ones, and they cost speed.
longest_of() { # longest_of TARGET
    case "$1" in
    phone_numbers | timestamps | retry_after | config_words) echo 64 ;;
    base64 | urls | ids | next_link | document_place | token_reply | outcome | command_line) echo 512 ;;
    pictures) echo 20000 ;;
    *) echo 4096 ;;
    esac
}

# How many seconds an input may take, and how many MiB. The converter takes pictures of 100 million pixels, as a process
# of its own that is bounded by the system.
bounds_of() { # bounds_of TARGET
    case "$1" in
    pictures) echo 20 2048 ;;
    *) echo 1 256 ;;
    esac
}

mapfile -t known < <(find tests/fuzz -maxdepth 1 -name '*_fuzz.cpp' -printf '%f\n' | sed 's/_fuzz\.cpp$//' | sort)
targets=()
total=
runs=
while (($#)); do
    case "$1" in
    --for)
        total=$(seconds_of "${2:-}")
        shift
        ;;
    --for=*) total=$(seconds_of "${1#*=}") ;;
    --runs)
        [[ "${2:-}" =~ ^[1-9][0-9]{0,11}$ ]] || die 64 "--runs takes a number"
        runs=$2
        shift
        ;;
    *)
        [[ " ${known[*]} " == *" $1 "* ]] || die 64 "the targets are ${known[*]}"
        targets+=("$1")
        ;;
    esac
    shift
done
((${#targets[@]})) || targets=("${known[@]}")

./dev fuzz-build "${targets[@]/%/_fuzz}" || die 70 "the targets could not be built"

# Whichever comes first; a minute for all together if neither is given.
limit=()
[[ -z $runs ]] || limit+=(-runs="$runs")
if [[ -n $total || -z $runs ]]; then
    share=$((${total:-60} / ${#targets[@]}))
    limit+=(-max_total_time="$((share > 0 ? share : 1))")
fi

# AddressSanitizer keeps what was freed for a while, and who asked for it: less of both than it would, for speed and so
# that the memory that is counted is
# the target's.
export ASAN_OPTIONS="quarantine_size_mb=16:malloc_context_size=3:${ASAN_OPTIONS:-}"

# The number that libFuzzer gives at the end of a run, or 0.
statistic() { # statistic NAME LOG
    sed -n "s/^stat::$1: *//p" "$2" | grep . || echo 0
}

broken=()
for target in "${targets[@]}"; do
    corpus=build/fuzz/corpus/$target
    found=build/fuzz/found/$target
    log=build/fuzz/$target.log
    mkdir -p "$corpus" "$found"
    read -r seconds mebibytes < <(bounds_of "$target")
    options=("${limit[@]}" -max_len="$(longest_of "$target")" -timeout=25 -rss_limit_mb="$mebibytes")
    options+=(-print_final_stats=1)
    options+=(-artifact_prefix="$found/")
    [[ ! -f tests/fuzz/$target.dict ]] || options+=(-dict="tests/fuzz/$target.dict")
    start=$SECONDS
    verdict=clean
    if ! FUZZ_SECONDS=$seconds "build/fuzz/bin/${target}_fuzz" "${options[@]}" "$corpus" \
        "tests/fuzz/corpus/$target" >"$log" 2>&1; then
        verdict=BROKEN
        broken+=("$target")
    fi
    took=$((SECONDS - start))
    count=$(statistic number_of_executed_units "$log")
    printf '%-21s %10d executions %6d s %7d a second   %s\n' "$target" "$count" "$took" \
        $((count / (took > 0 ? took : 1))) "$verdict"
done

for target in "${broken[@]}"; do
    log=build/fuzz/$target.log
    {
        echo
        echo "$target: the end of $log:"
        grep -vE '^(#[0-9]|stat::|artifact_prefix|Base64:|0x|\\)' "$log" | tail -n 40
        input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        [[ -z $input ]] || echo "try again: build/fuzz/bin/${target}_fuzz $input"
    } >&2
done
((${#broken[@]} == 0)) || exit 1
