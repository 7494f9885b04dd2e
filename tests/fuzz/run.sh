#!/usr/bin/env bash
# ./dev fuzz [TARGET...] [--for 1m] [--runs N]: runs the targets one after another under libFuzzer. Inputs that
# reach new code are kept in build/fuzz/corpus/TARGET for the next time. What breaks a target is put into
# build/fuzz/found/TARGET, and the exit code is 1.
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

mapfile -t known < <(find tests/fuzz -maxdepth 1 -name '*_fuzz.cpp' -printf '%f\n' | sed 's/_fuzz\.cpp$//' | sort)
targets=()
total=60
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

share=$((total / ${#targets[@]}))
((share > 0)) || share=1
if [[ -n $runs ]]; then
    limit=(-runs="$runs")
else
    limit=(-max_total_time="$share")
fi

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
    options=("${limit[@]}" -max_len=20000 -timeout=25 -rss_limit_mb=2048 -print_final_stats=1)
    options+=(-artifact_prefix="$found/")
    [[ ! -f tests/fuzz/$target.dict ]] || options+=(-dict="tests/fuzz/$target.dict")
    start=$SECONDS
    verdict=clean
    if ! "build/fuzz/bin/${target}_fuzz" "${options[@]}" "$corpus" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
        verdict=BROKEN
        broken+=("$target")
    fi
    printf '%-14s %10d executions %6d s   %s\n' "$target" "$(statistic number_of_executed_units "$log")" \
        "$((SECONDS - start))" "$verdict"
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
