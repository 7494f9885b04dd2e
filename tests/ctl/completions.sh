#!/usr/bin/env bash
# The completions of efaxctl, loaded into their shells: every command and every option of the one table of commands is
# offered. zsh and fish are tried where they are installed.
#
# usage: completions.sh EFAXCTL SOURCE-FOLDER
set -euo pipefail

efaxctl=$(readlink -f "$1")
completions=$2/packaging/completions

fail() {
    printf 'completions.sh: %s\n' "$1" >&2
    exit 1
}

mapfile -t commands < <("$efaxctl" help --json | python3 -c '
import json, sys
for one in json.load(sys.stdin)["commands"]:
    print(one["name"])')
# `command option` for each option that a command has of its own
mapfile -t options < <("$efaxctl" help --json | python3 -c '
import json, re, sys
for one in json.load(sys.stdin)["commands"]:
    for option in re.findall(r"--[a-z-]+", one["arguments"]):
        print(one["name"], option)')
((${#commands[@]} > 15 && ${#options[@]} > 10)) || fail "the table of commands cannot be read"

in_bash() { # in_bash WORD...: what bash offers behind these words, the last of them being typed
    bash --norc -c '
        source "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _efaxctl
        printf "%s\n" "${COMPREPLY[@]}"' bash "$completions/efaxctl.bash" "$@"
}
for name in "${commands[@]}"; do
    grep -qx -- "$name" <<<"$(in_bash efaxctl "$name")" || fail "bash does not offer $name"
done
for pair in "${options[@]}"; do
    read -r name option <<<"$pair"
    grep -qx -- "$option" <<<"$(in_bash efaxctl "$name" --)" || fail "bash does not offer $option of $name"
    grep -q -- "$option\\b" "$completions/efaxctl.zsh" || fail "zsh does not know $option of $name"
    grep -q "__fish_seen_subcommand_from $name' -l ${option#--} " "$completions/efaxctl.fish" ||
        fail "fish does not know $option of $name"
done
[[ $(in_bash efaxctl --) == *--no-headers* ]] || fail "bash does not offer --no-headers"

tried=bash
if command -v zsh >/dev/null; then
    zsh -f -c 'autoload -Uz compinit && compinit -u -D
        _efaxctl() { source "$1" }
        zsh -n "$1"' zsh "$completions/efaxctl.zsh" || fail "zsh cannot read it"
    tried+=", zsh"
fi
if command -v fish >/dev/null; then
    offered=$(fish --no-config -c "source '$completions/efaxctl.fish'; complete -C 'efaxctl '")
    for name in "${commands[@]}"; do
        grep -q "^$name\\b" <<<"$offered" || fail "fish does not offer $name"
    done
    tried+=", fish"
fi
echo "completions.sh: well ($tried)"
