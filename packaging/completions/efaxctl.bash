# bash completion for efaxctl
_efaxctl() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} word command=
    local commands="status mailboxes faxes fax transmissions transmission poll pause resume retry hold"
    commands+=" cancel confirm resend check reload version help"
    COMPREPLY=()
    if [[ $previous == --socket ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ " $commands " == *" $word "* ]] && command=$word && break
    done
    case $command in
        "") mapfile -t COMPREPLY < <(compgen -W "$commands --socket --json" -- "$current") ;;
        faxes) mapfile -t COMPREPLY < <(compgen -W "--held --waiting --all --mailbox --project --json" -- "$current") ;;
        transmissions)
            mapfile -t COMPREPLY < <(compgen -W "--held --open --all --project --communication --json" -- "$current")
            ;;
        confirm) mapfile -t COMPREPLY < <(compgen -W "--fax --json" -- "$current") ;;
        *) mapfile -t COMPREPLY < <(compgen -W "--json" -- "$current") ;;
    esac
}
complete -F _efaxctl efaxctl
