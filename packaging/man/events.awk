# Makes efaxd-events(7) from docs/troubleshooting.md:
#   awk -f packaging/man/events.awk docs/troubleshooting.md > efaxd-events.7
# It knows the Markdown that stands there: headings, paragraphs, lists, tables, `code` and **stress**.

function escaped(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    return text
}

# Inline marks become fonts; what stands in backticks is not looked into further.
function inline(text,    parts, count, i, out) {
    count = split(text, parts, "`")
    for (i = 1; i <= count; i++) {
        if (i % 2) {
            gsub(/\*\*?/, "", parts[i])
            gsub(/"/, "\\(dq", parts[i])
            out = out parts[i]
        } else {
            out = out "\\fB" escaped(parts[i]) "\\fR"
        }
    }
    return out
}

# A line that begins so would be read as a request.
function say(text) {
    print (text ~ /^[.']/ ? "\\&" : "") text
}

BEGIN {
    print ".\\\" Made from docs/troubleshooting.md."
    print ".TH EFAXD\\-EVENTS 7 \"\" \"efaxd\" \"System Administration\""
    print ".SH NAME"
    print "efaxd\\-events \\- what the codes in the log of efaxd mean, and what to do"
    print ".SH DESCRIPTION"
    heading = 1
}

/^# / { next }
/^## / { print ".SH " toupper(inline(substr($0, 4))); columns = blank = 0; heading = 1; next }
/^### `/ { print ".TP"; say(inline(substr($0, 5))); blank = 0; heading = 1; next }
/^### / { print ".SS " inline(substr($0, 5)); blank = 0; heading = 1; next }
/^\|[-|]+$/ { next }
/^\| / {
    count = split(substr($0, 3, length($0) - 4), cell, / \| /)
    if (!columns) { # the titles
        columns = count
        next
    }
    print ".TP"
    say(inline(cell[1]))
    say(inline(cell[2]))
    if (count > 2) {
        print ".br"
        say("Do: " inline(cell[3]))
    }
    blank = 0
    next
}
/^[0-9]+\. / { print ".IP " $1 " 4"; sub(/^[0-9]+\. /, ""); say(inline($0)); blank = 0; next }
/^- / { print ".IP \\(bu 4"; say(inline(substr($0, 3))); blank = 0; next }
/^$/ { blank = !heading; columns = 0; next }
{
    sub(/^ +/, "")
    if (blank)
        print ".PP"
    blank = heading = 0
    if (/^Do: /)
        print ".br"
    say(inline($0))
}

END {
    print ".SH SEE ALSO"
    print ".BR efaxctl (1),"
    print ".BR efaxd.yaml (5),"
    print ".BR efaxd (8)"
}
