# bash completion for efaxctl
_efaxctl() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} word command=
    local commands="status mailboxes faxes fax transmissions transmission poll pause resume retry hold"
    commands+=" cancel confirm resend watch top check metrics reload config backup explain version help"
    local common="--json --no-headers" mailboxes codes
    COMPREPLY=()
    # What stands before and behind a colon is one word to us, and three to bash.
    if [[ $(type -t _get_comp_words_by_ref) == function ]]; then
        local cur prev
        _get_comp_words_by_ref -n : cur prev && current=$cur previous=$prev
    fi
    if [[ $previous == --socket || $previous == --textfile ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ " $commands " == *" $word "* ]] && command=$word && break
    done
    case $command in
        "") mapfile -t COMPREPLY < <(compgen -W "$commands --socket $common" -- "$current") ;;
        faxes)
            mapfile -t COMPREPLY < <(compgen -W "--held --waiting --all --mailbox --project $common" -- "$current")
            ;;
        transmissions)
            mapfile -t COMPREPLY < <(compgen -W "--held --open --all --project --communication $common" -- "$current")
            ;;
        poll | pause | resume)
            mailboxes=$(efaxctl mailboxes --no-headers 2>/dev/null | cut -d ' ' -f 1)
            mapfile -t COMPREPLY < <(compgen -W "$mailboxes $common" -- "$current")
            if [[ $(type -t __ltrim_colon_completions) == function ]]; then
                __ltrim_colon_completions "$current"
            fi
            ;;
        confirm) mapfile -t COMPREPLY < <(compgen -W "--fax --yes-it-arrived $common" -- "$current") ;;
        resend) mapfile -t COMPREPLY < <(compgen -W "--yes-it-may-arrive-twice $common" -- "$current") ;;
        watch) mapfile -t COMPREPLY < <(compgen -W "--code --level $common" -- "$current") ;;
        check) mapfile -t COMPREPLY < <(compgen -W "--nagios $common" -- "$current") ;;
        backup) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        metrics) mapfile -t COMPREPLY < <(compgen -W "--textfile $common" -- "$current") ;;
        explain)
            codes=$(efaxctl explain 2>/dev/null | cut -d ' ' -f 1)
            mapfile -t COMPREPLY < <(compgen -W "$codes" -- "$current")
            ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$common" -- "$current") ;;
    esac
}
complete -F _efaxctl efaxctl
