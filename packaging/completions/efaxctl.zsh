#compdef efaxctl
# zsh completion for efaxctl
local -a commands
commands=(
    'status:is it working?'
    'mailboxes:each mailbox and when it was read'
    'faxes:faxes that are not settled yet, or others'
    'fax:all that is known of one fax'
    'transmissions:outbound faxes that are not over yet, or others'
    'transmission:all that is known of one outbound fax'
    'poll:poll now'
    'pause:stop polling a mailbox'
    'resume:poll a paused mailbox again'
    'retry:take the next step of a fax or transmission now'
    'hold:stop working on a fax or transmission'
    'cancel:do not send a transmission'
    'confirm:a transmission of unknown outcome did go out'
    'resend:submit a transmission of unknown outcome once more'
    'watch:what happens, as it happens'
    'top:all of it on the whole terminal, live'
    'check:test the connection to eFax and FHIR'
    'metrics:figures for Prometheus'
    'reload:read the configuration again'
    'config:the configuration in force'
    'backup:write a copy of the ledger into a new file'
    'explain:what an event or reason code means and what to do'
    'version:versions of efaxctl and of the daemon'
    'help:list the commands'
)
_arguments -C \
    '--socket[the socket of the daemon]:socket:_files' \
    '--json[answers as JSON]' \
    '--no-headers[lists without their titles]' \
    '1:command:->command' \
    '*::argument:->argument'
case $state in
    command) _describe 'command' commands ;;
    argument)
        [[ $words[1] == faxes ]] && _arguments \
            '(--waiting --all)--held[held for a person]' \
            '(--held --all)--waiting[waiting for their next step]' \
            '(--held --waiting)--all[every fax]' \
            '--mailbox[of one mailbox]:mailbox:' \
            '--project[of one project]:project:'
        [[ $words[1] == transmissions ]] && _arguments \
            '(--open --all)--held[held for a person]' \
            '(--held --all)--open[under way or held]' \
            '(--held --open)--all[every transmission]' \
            '--project[of one project]:project:' \
            '--communication[of one Communication]:communication:'
        [[ $words[1] == (poll|pause|resume) ]] &&
            compadd -- ${(f)"$(efaxctl mailboxes --no-headers 2>/dev/null | cut -d ' ' -f 1)"}
        [[ $words[1] == confirm ]] && _arguments \
            '(--yes-it-arrived)--fax[its id at eFax]:fax id:' \
            '(--fax)--yes-it-arrived[it arrived, for good]'
        [[ $words[1] == resend ]] && _arguments '--yes-it-may-arrive-twice[the risk is known]'
        [[ $words[1] == watch ]] && _arguments \
            '--code[codes that begin so]:prefix:' \
            '--level[from this level on]:level:(debug info warning error)'
        [[ $words[1] == check ]] && _arguments '--nagios[the status as a monitoring plugin]'
        [[ $words[1] == backup ]] && _files
        [[ $words[1] == metrics ]] && _arguments '--textfile[write them to a file]:file:_files'
        [[ $words[1] == explain ]] && compadd -- ${${(f)"$(efaxctl explain 2>/dev/null)"}%% *}
        ;;
esac
