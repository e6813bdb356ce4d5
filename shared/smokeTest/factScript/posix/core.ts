/**
 * What runs for each check, in a process of its own, under the time limit: `sh core DIR LC_ALL PID NUMBER SECONDS TYPE`,
 * PID being the main script's. The check itself lies beside it as `check`: its settings, a call of `look`, and the
 * assertions in order, which compare the facts that the look noted with `known`, `known_list`, `unknown` and
 * `timed_out` (what is not noted is not there). At the end two files are handed over: `long` with the whole values,
 * `short` with what may go into the compact section. Without `short` the check did not come to its end.
 *
 * The style is plain on purpose: dash, ash of busybox, bash and the shell of the simulated guest agree on it. Text is
 * compared under LC_ALL=C, by bytes.
 */
export const core = `
dir=$1 own_lc_all=$2 main=$3 check=$4 seconds=$5
echo "$$" >"$dir/pid"
count=0 long= short= cr=
nl='
'
tab='	'
# Of a value this much is told; of the output of a command this much is kept.
told=65536 kept=16777216

has() { command -v "$1" >/dev/null 2>&1; }
wants() {
  case $wanted in
    *" $1 "*) return 0 ;;
  esac
  return 1
}

known() { eval "state_$1='=' fact_$1=\\$2"; return 0; }
unknown() { for each; do eval "state_$each='?'"; done; }
timed_out() { for each; do eval "state_$each=t"; done; }
flag() { if [ "$2" = 0 ]; then known "$1" true; else known "$1" false; fi; }

# What is beyond the limit is read and dropped: who writes it shall not notice, nor the disk fill up.
keep() { head -c "$kept" >"$1"; cat >/dev/null; }

# Bytes of standard input as one word.
as_word() {
  od -An -v -to1 | awk '
    BEGIN { plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:@+=-" }
    function spelt(octal, code, char) {
      code = substr(octal, 1, 1) * 64 + substr(octal, 2, 1) * 8 + substr(octal, 3, 1)
      char = sprintf("%c", code)
      return (code > 32 && code < 127 && index(plain, char)) ? char : sprintf("%%%02X", code)
    }
    {
      for (i = 1; i <= NF; i++) {
        if (!($i in word)) word[$i] = spelt($i)
        printf "%s", word[$i]
      }
    }'
}

# encode TEXT: sets \`word\`.
encode() {
  if [ "\${1%%[!A-Za-z0-9._/:@+=-]*}" = "$1" ] && [ "\${#1}" -le "$told" ]; then
    word=$1
  else
    word=$(printf '%s' "$1" | head -c "$told" | as_word)
    if [ "\${#1}" -gt "$told" ]; then word="$word~"; fi
  fi
}

# encode_file FILE BYTES: sets \`word\`.
encode_file() {
  word=$(head -c "$2" <"$1" | as_word)
  if [ "$(head -c "$(($2 + 1))" <"$1" | wc -c)" -gt "$2" ]; then word="$word~"; fi
}

# A list is kept encoded: item adds to \`list\`, known_list notes it.
item() {
  if [ "\${#list}" -gt "$told" ]; then list=\${list%"~"}~; return 0; fi
  encode "$1"
  list="$list$word,"
}
known_list() { known "$1" "$list"; }

# put STATUS [KIND WORD]: the answer to the next assertion.
put() {
  count=$((count + 1))
  if [ "$#" = 1 ]; then
    long="\${long}f $check.$count $1$nl"
    short="$short$1$nl"
    return 0
  fi
  long="\${long}f $check.$count $1 $2$3$nl"
  brief=$3
  if [ "\${#brief}" -gt 120 ]; then
    brief=$(printf '%.120s' "$brief")
    case $brief in
      *%) brief=\${brief%?} ;;
      *%?) brief=\${brief%??} ;;
    esac
    brief="$brief~"
  fi
  short="$short$1 $2$brief$nl"
}

# fact NAME: sets \`value\`; false where there is none, and then the assertion is answered.
fact() {
  eval "state=\\\${state_$1-!} value=\\\${fact_$1-}"
  if [ "$state" = '=' ]; then return 0; fi
  put "$state"
  return 1
}

# tell STATUS KIND: the fact as it is.
tell() {
  case $2 in
    l) put "$1" l "$value" ;;
    t) encode_file "$value" "$3"; put "$1" s "$word" ;;
    *) encode "$value"; put "$1" "$2" "$word" ;;
  esac
}

# The assertions: NAME KIND, then what is expected.
value() { if fact "$1"; then tell v "$2" "$told"; fi; }
same() {
  fact "$1" || return 0
  if [ "$value" = "$3" ]; then tell '=' "$2"; else tell '!' "$2"; fi
}
number() {
  fact "$1" || return 0
  digits=\${value#-}
  if [ -z "$digits" ] || [ "\${digits%%[!0-9]*}" != "$digits" ] || [ "\${#digits}" -gt 15 ]; then tell v "$2"; return 0; fi
  while [ "\${digits#0}" != "$digits" ] && [ "$digits" != 0 ]; do digits=\${digits#0}; done
  case $value in -*) if [ "$digits" != 0 ]; then digits="-$digits"; fi ;; esac
  if [ "$digits" = "$3" ]; then tell '=' "$2"; else tell '!' "$2"; fi
}

# The lines of a text: without the end of a DOS line, and without NUL, at which grep would take it for no text.
lines() {
  if [ -z "$cr" ]; then cr=$(printf '\\r'); fi
  tr '\\000' '\\001' <"$value" | sed "s/$cr\\$//"
}

# found STATUS NEGATED: what a grep says of the assertion.
found() {
  case $1$2 in
    0n | 1y) if [ "$1" = 1 ] && is_cut; then put '?'; else put '='; fi ;;
    0y) tell '!' t 1024 ;;
    1n) if is_cut; then put '?'; else tell '!' t 1024; fi ;;
    *) tell v t "$told" ;;
  esac
}
is_cut() { [ "\${value#"$dir/"}" != "$value" ] && [ "$(wc -c <"$value")" -ge "$kept" ]; }

# line NAME KIND NEGATED TEXT
line() {
  fact "$1" || return 0
  lines | grep -F -q -e "$4"
  found "$?" "$3"
}

# pattern NAME KIND NEGATED ERE [ascii]: some mean the same to grep only where there is nothing but ASCII.
pattern() {
  fact "$1" || return 0
  if [ "$#" = 5 ] && lines | grep -q -e "[^$tab -~]"; then tell v t "$told"; return 0; fi
  lines | grep -E -q -e "$4"
  found "$?" "$3"
}

if [ -n "$6" ]; then . "$dir/look-$6"; fi
. "$dir/check"
printf '%s' "$long" >"$dir/long"
printf '%s' "$short" >"$dir/short"
`;
