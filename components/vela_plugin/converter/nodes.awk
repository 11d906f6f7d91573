# Prints "LINE POINTER" for every key and list item of a YAML file, in the order of the file; the
# pointers are those of RFC 6901. "LINE &POINTER" stands for an anchor, an alias, a merge or a tag there.
#
# Helm reads the file as well and knows the values, but neither lines nor keys that stand twice: this
# knows both. The chart compares the two readings, so a text that the two understand differently is
# refused, and this may leave out what nobody writes in an Appfile.
#
# usage: LC_ALL=C awk -v file=NAME -f nodes.awk < FILE
# Exit 1 and "NAME:LINE: [after] FIELD: reason" on stderr for what cannot be followed with certainty; the
# field is the last one that was understood, and none where there was none yet.
# POSIX awk; no regular expression with {n}, which mawk does not know.

{ sub(/\r$/, ""); text[NR] = $0; rows = NR; if (unfit = unfit_bytes($0)) exit }

END {
    if (unfit) rows--  # what comes before tells the field
    scan()
    if (unfit) refuse(rows + 1, unfit)
}

function refuse(line, reason,   field) {
    if (unfit) { line = rows + 1; reason = unfit }
    field = readable(last)
    if (field != "") reason = (lines[last] == line ? "" : "after ") field ": " reason
    printf "%s:%d: %s\n", file, line, reason > "/dev/stderr"
    exit 1
}

# One line break only, and no byte that an editor does not show: what a reviewer sees is what counts.
function unfit_bytes(line) {
    if (line ~ /\r/) return "a carriage return inside the line; save the file with the line ends of Unix"
    if (line ~ /[\001-\010\013\014\016-\037\177]/) return "a control character; the file must be plain UTF-8 text"
    if (line !~ /[\200-\377]/) return
    if (line ~ /\357\273\277/) return "a byte order mark; save the file as UTF-8 without it"
    if (line ~ /\302[\200-\237]|\342\200[\250\251]/) return "a control character; the file must be plain UTF-8 text"
    gsub(/\357\277[\276\277]/, "\377", line)
    gsub(/[\302-\337][\200-\277]/, "", line)
    gsub(/\340[\240-\277][\200-\277]|[\341-\354\356\357][\200-\277][\200-\277]|\355[\200-\237][\200-\277]/, "", line)
    gsub(/\360[\220-\277][\200-\277][\200-\277]|[\361-\363][\200-\277][\200-\277][\200-\277]|\364[\200-\217][\200-\277][\200-\277]/, "", line)
    if (line ~ /[\200-\377]/) return "bytes that are no UTF-8 text"
}

# `at`, `pos`: line and column that are read next. The block collections that are open are a stack:
# kind[], column[], path[], items[]. `wanted`: `want` is a node whose value has not begun.
function scan(   indent) {
    want = ""; wanted = 1; depth = 0; at = 1
    while (at <= rows) {
        if (is_blank(text[at])) { at++; continue }
        if (text[at] ~ /^%/ && !begun) refuse(at, "a directive; leave it out")
        if (is_marker(text[at])) {
            if (begun || marked++ || text[at] ~ /^\./) refuse(at, "a second document; one file holds one object")
            if (text[at] !~ /^---[ \t]*(#.*)?$/) refuse(at, "text behind the --- that begins the document; put it on a line of its own")
            at++
            continue
        }
        begun = 1
        match(text[at], /^ */)
        indent = RLENGTH
        pos = indent + 1
        if (substr(text[at], pos, 1) == "\t") refuse(at, "a tab in the indentation; YAML wants spaces")
        while (depth && column[depth] > indent) depth--
        if (depth && kind[depth] == "list" && column[depth] == indent && !is_entry()) depth--
        block(indent)
    }
}

# Reads the rest of the line, which begins at column `col`, and what goes on from there.
function block(col,   node) {
    while (is_entry()) {
        open_block("list", col)
        node = path[depth] "/" items[depth]++
        note(node, at)
        want = node; wanted = 1
        pos++
        if (substr(text[at], pos) ~ /^ *\t/) refuse(at, "a tab after the dash; YAML wants spaces")
        skip_blanks()
        if (line_is_done()) { at++; return }
        col = pos - 1
    }
    if (is_key()) {
        open_block("map", col)
        node = path[depth] "/" escaped(key)
        note(node, at)
        want = node; wanted = 1
        pos = after_key
        skip_blanks()
        if (line_is_done()) { at++; return }
        value(col)
        return
    }
    if (!wanted) refuse(at, "cannot be read as YAML here; look at the indentation")
    value(depth ? column[depth] : -1)
}

# The collection at this column: the one that is open, or a new one as the value that is wanted.
function open_block(which, col) {
    if (depth && column[depth] == col && kind[depth] == which) return
    if (!wanted) refuse(at, "cannot be read as YAML here; look at the indentation")
    if (++depth > 50) refuse(at, "nested more than 50 levels deep")
    kind[depth] = which; column[depth] = col; path[depth] = want; items[depth] = 0
}

# Reads a scalar or a flow collection as the value of `want`, to the end of its last line.
function value(parent,   first, start) {
    while (substr(text[at], pos, 1) ~ /[&!*]/) {
        print at " &" want
        first = substr(text[at], pos, 1)
        match(substr(text[at], pos), /^[^ \t]*/)
        pos += RLENGTH
        skip_blanks()
        if (line_is_done()) { at++; if (first == "*") wanted = 0; return }
    }
    wanted = 0
    first = substr(text[at], pos, 1)
    if (first == "|" || first == ">") { at++; skip_deeper(parent); return }
    if (first == "{" || first == "[") { start = at; flow(want, 1); end_of_line(start); return }
    if (first == "\"" || first == "'") { start = at; quoted(first); end_of_line(start); return }
    # A comment ends a plain scalar; without one it goes on in every deeper line.
    if (substr(text[at++], pos) !~ /[ \t]#/) skip_deeper(parent)
}

function skip_deeper(parent) {
    while (at <= rows && !is_marker(text[at])) {
        match(text[at], /^ */)
        if (text[at] !~ /^[ \t]*$/ && RLENGTH <= parent) return
        at++
    }
}

function end_of_line(start) {
    skip_blanks()
    if (!line_is_done()) refuse(at, "more text after the value that begins in line " start)
    at++
}

# Sets `key` and `after_key` when a key begins here; does not move.
function is_key(   rest, first, colon, comment, mark) {
    rest = substr(text[at], pos)
    first = substr(rest, 1, 1)
    if (rest ~ /^\?([ \t]|$)/) refuse(at, "a key introduced by ?; write it as KEY: VALUE")
    if (first == "\"" || first == "'") {
        mark = pos
        quoted(first, 1)
        rest = substr(text[at], pos)
        after_key = pos
        pos = mark
        if (single_line && rest ~ /^[ \t]*:([ \t]|$)/) {
            if (escapes) refuse(at, "an escape sequence in a key; write the key without")
            key = content
            match(rest, /^[ \t]*:/)
            after_key += RLENGTH
            return 1
        }
        return 0
    }
    if (first ~ /[][{},#&*!|>%@`]/) return 0
    colon = match(rest, /:([ \t]|$)/)
    comment = match(rest, /[ \t]#/)
    if (!colon || (comment && comment < colon)) return 0
    key = substr(rest, 1, colon - 1)
    sub(/[ \t]+$/, "", key)
    after_key = pos + colon
    return 1
}

# Reads a quoted scalar, over lines unless `peek`. Sets `content`, whether it has `escapes`, and
# whether it ends in the line that it begins in: `single_line`.
function quoted(quote, peek,   start, c) {
    start = at; content = ""; escapes = 0; single_line = 1
    pos++
    for (;;) {
        if (pos > length(text[at])) {
            single_line = 0
            if (peek) return
            if (at >= rows) refuse(start, "the quote is not closed")
            if (is_marker(text[at + 1])) refuse(start, "the quote is not closed")
            at++; pos = 1
            content = content " "
            continue
        }
        match(substr(text[at], pos), quote == "'" ? "^[^']*" : "^[^\"\\\\]*")
        content = content substr(text[at], pos, RLENGTH)
        pos += RLENGTH
        c = substr(text[at], pos, 1)
        if (c == "") continue
        pos++
        if (c == "\\") {
            escapes = 1
            pos++
        } else if (quote == "'" && substr(text[at], pos, 1) == quote) {
            content = content quote
            pos++
        } else return
    }
}

# Reads a flow collection; `at`, `pos` stand on its bracket, and behind the closing one afterwards.
function flow(node, level,   open, close_, start, item, n, begin) {
    if (level + depth > 50) refuse(at, "nested more than 50 levels deep")
    start = at
    open = substr(text[at], pos++, 1)
    close_ = open == "{" ? "}" : "]"
    n = 0
    for (;;) {
        flow_blanks(start)
        if (substr(text[at], pos, 1) == close_) { pos++; return }
        begin = at
        item = node
        if (open == "[") { item = node "/" n++; note(item, begin) }
        flow_properties(start, item)
        if (substr(text[at], pos, 1) ~ /[[{]/ && open == "[") {
            flow(item, level + 1)
        } else {
            flow_scalar(start)
            flow_blanks(start)
            if (open == "{" || substr(text[at], pos, 1) == ":") {
                if (escapes) refuse(begin, "an escape sequence in a key; write the key without")
                if (!single_line) refuse(begin, "a key over more than one line")
                item = item "/" escaped(content)
                note(item, begin)
                if (substr(text[at], pos, 1) == ":") {
                    pos++
                    flow_blanks(start)
                    flow_properties(start, item)
                    if (substr(text[at], pos, 1) ~ /[[{]/) flow(item, level + 1)
                    else if (substr(text[at], pos, 1) != "," && substr(text[at], pos, 1) != close_) flow_scalar(start)
                }
            }
        }
        flow_blanks(start)
        if (substr(text[at], pos, 1) == ",") pos++
        else if (substr(text[at], pos, 1) != close_) refuse(at, "cannot be read inside the " open close_ " that begins in line " start)
    }
}

function flow_properties(start, node) {
    while (substr(text[at], pos, 1) ~ /[&!]/) {
        print at " &" node
        match(substr(text[at], pos), /^[^] \t,{}[]*/)
        pos += RLENGTH
        flow_blanks(start)
    }
    if (substr(text[at], pos, 1) == "*") print at " &" node
}

function flow_scalar(start,   c, begin, more) {
    c = substr(text[at], pos, 1)
    if (c == "\"" || c == "'") { quoted(c); return }
    content = ""; escapes = 0; single_line = 1
    begin = at
    for (;;) {
        match(substr(text[at], pos), /^([^][{},?: \t]|:[^][{}, \t]|[ \t]+[^][{},?:# \t]|[ \t]+:[^][{}, \t])*/)
        content = content (content != "" ? " " : "") substr(text[at], pos, RLENGTH)
        pos += RLENGTH
        if (!line_is_done()) { skip_blanks(); break }
        begin = at
        flow_blanks(start)
        c = substr(text[at], pos, 1)
        if (c ~ /[][{},:#]/) return
        single_line = 0
        if (at == begin) break
    }
    if (content == "") refuse(at, "cannot be read inside the brackets that begin in line " start)
}

# Moves over blanks, comments and line ends inside of brackets.
function flow_blanks(start) {
    for (;;) {
        skip_blanks()
        if (!line_is_done()) return
        if (at >= rows || is_marker(text[at + 1])) refuse(start, "the bracket is not closed")
        at++; pos = 1
    }
}

function note(node, line,   first) {
    if (node ~ /\/<<$/) print line " &" node
    if (node ~ /\/$/) refuse(line, "an empty key")
    first = lines[node]
    lines[last = node] = line
    if (first) refuse(line, "given twice, first in line " first)
    print line " " node
}

function escaped(name) { gsub(/~/, "~0", name); gsub(/\//, "~1", name); return name }

function readable(node) {
    node = substr(node, 2)
    gsub(/\//, ".", node); gsub(/~1/, "/", node); gsub(/~0/, "~", node)
    return node
}

function is_blank(line) { return line ~ /^[ \t]*(#.*)?$/ }
function is_marker(line) { return line ~ /^(---|\.\.\.)([ \t]|$)/ }
function is_entry() { return substr(text[at], pos) ~ /^-([ \t]|$)/ }
function line_is_done(   c) {
    c = substr(text[at], pos, 1)
    return c == "" || (c == "#" && (pos == 1 || substr(text[at], pos - 1, 1) ~ /[ \t]/))
}
function skip_blanks() { while (substr(text[at], pos, 1) ~ /[ \t]/) pos++ }
