#compdef efaxctl
# zsh completion for efaxctl
local -a commands
commands=(
    'status:is it working?'
    'mailboxes:each mailbox and when it was read'
    'faxes:faxes that are not settled yet, or others'
    'fax:all that is known of one fax'
    'poll:poll now'
    'pause:stop polling a mailbox'
    'resume:poll a paused mailbox again'
    'retry:take the next step of a fax now'
    'hold:stop working on a fax'
    'check:test the connection to eFax and FHIR'
    'reload:read the configuration again'
    'version:versions of efaxctl and of the daemon'
    'help:list the commands'
)
_arguments -C \
    '--socket[the socket of the daemon]:socket:_files' \
    '--json[answers as JSON]' \
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
        ;;
esac
