/**
 * The main script around the checks: it sets up a folder, runs each check within its time, tries again where that is
 * wanted, and prints the answer. A check can do what it likes to its own process group: each has its own session
 * wherever the guest knows `setsid`, else `timeout` gives it a group.
 */
export const frame = `
# An agent may have started us without the folders of tools for root.
case ":$PATH:" in
  ::) PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ;;
  *:/usr/bin:* | *:/bin:*) PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" ;;
esac
own_lc_all=\${LC_ALL--}
LC_ALL=C
export PATH LC_ALL
cd /
nl='
'
statuses= retried= first= later= left=0 total=0

has() { command -v "$1" >/dev/null 2>&1; }

session=
if has setsid; then session=setsid; fi
limiter=watchdog
if timeout -k 1 5 true >/dev/null 2>&1; then limiter='timeout -k 2'
elif timeout 5 true >/dev/null 2>&1; then limiter=timeout
fi

# limited SECONDS COMMAND...
limited() {
  seconds=$1
  shift
  if [ "$limiter" != watchdog ]; then
    $limiter "$seconds" $session "$@"
    return "$?"
  fi
  $session "$@" &
  child=$!
  (
    i=0
    while [ "$i" -lt "$seconds" ] && kill -0 "$child"; do sleep 1; i=$((i + 1)); done
    kill -9 "-$child" || kill -9 "$child"
  ) >/dev/null 2>&1 &
  wait "$child"
}

# Hundredths of a second since the kernel started, in \`now\`.
read_clock() {
  up= rest=
  if [ -r /proc/uptime ]; then read -r up rest </proc/uptime; fi
  case $up in
    *.[0-9][0-9]) now=$((\${up%.*} * 100 + 1\${up#*.} - 100)) ;;
    *) now=$(($(date +%s) * 100)) ;;
  esac
}

end_leftovers() {
  pid=
  if [ -r "$dir/pid" ]; then read -r pid <"$dir/pid"; fi
  if [ -n "$session" ] && [ "\${pid%%[!0-9]*}" = "$pid" ] && [ "\${pid:-0}" -gt 1 ]; then kill -9 "-$pid"; fi
}

# attempt NUMBER LIMIT ASSERTIONS TYPE SECONDS: sets \`marks\` and \`told\`, the lines that may go into the compact section.
attempt() {
  : >"$dir/long"
  : >"$dir/short"
  : >"$dir/pid"
  read_clock
  began=$now
  limited "$2" sh "$dir/core" "$dir" "$own_lc_all" "$$" "$1" "$5" "$4" >/dev/null 2>&1 </dev/null
  code=$?
  read_clock
  marks= told= heard=0
  if [ -r "$dir/short" ]; then
    while read -r mark word; do
      heard=$((heard + 1))
      marks="$marks$mark"
      case $mark in
        '!' | t | v) if [ -n "$word" ]; then told="\${told}$mark d $1.$heard $word$nl"; fi ;;
      esac
    done <"$dir/short"
  fi
  if [ "$heard" = "$3" ] && [ "\${#marks}" = "$3" ]; then return 0; fi
  end_leftovers >/dev/null 2>&1
  mark='?'
  if [ "$code" = 124 ] || [ "$((now - began))" -ge "$(($2 * 100))" ]; then mark=t; fi
  marks= told=
  i=0
  : >"$dir/long"
  while [ "$i" -lt "$3" ]; do
    i=$((i + 1))
    marks="$marks$mark"
    echo "f $1.$i $mark" >>"$dir/long"
  done
}

# run NUMBER LIMIT RETRIES ASSERTIONS TYPE [SECONDS]: what lies in the file \`check\`.
run() {
  try=1
  attempt "$1" "$2" "$4" "$5" "\${6:-$2}"
  while [ "$try" -le "$3" ]; do
    case $marks in
      *'!'* | *t*) ;;
      *) break ;;
    esac
    sleep 1
    try=$((try + 1))
    attempt "$1" "$2" "$4" "$5" "\${6:-$2}"
  done
  cat "$dir/long"
  statuses="$statuses$marks"
  total=$((total + $4))
  if [ "$try" -gt 1 ]; then retried="\${retried}r $1 $try$nl"; fi
  remember "$told"
}

# What can never fit is not carried along.
remember() {
  if [ -z "$1" ]; then return 0; fi
  while read -r mark line; do
    if [ -z "$mark" ]; then continue; fi
    if [ "$mark" = v ]; then
      if [ "\${#later}" -lt 4000 ]; then later="$later$line$nl"; else left=$((left + 1)); fi
    elif [ "\${#first}" -lt 4000 ]; then first="$first$line$nl"
    else left=$((left + 1))
    fi
  done <<IMPRIMATUR_LINES
$1
IMPRIMATUR_LINES
}

# The lines of LINES that fit into ROOM bytes, in \`fitting\`; \`room\` and \`left\` go along.
fit() {
  while IFS= read -r line; do
    if [ -z "$line" ]; then continue; fi
    if [ "\${#line}" -lt "$room" ]; then
      fitting="$fitting$line$nl"
      room=$((room - \${#line} - 1))
    else left=$((left + 1))
    fi
  done <<IMPRIMATUR_LINES
$1
IMPRIMATUR_LINES
}

make_folder() {
  dir=
  for base in "$TMPDIR" /run /tmp /var/tmp; do
    if [ -n "$base" ] && [ -d "$base" ] && dir=$(mktemp -d "$base/imprimatur.XXXXXX" 2>/dev/null); then
      trap 'rm -rf "$dir"; exit 1' HUP INT TERM
      return 0
    fi
  done
  echo 'imprimatur: there is no folder for temporary files that can be written to' >&2
  exit 1
}

boot_id() {
  boot=
  if [ -r /proc/sys/kernel/random/boot_id ]; then read -r boot </proc/sys/kernel/random/boot_id; fi
  if [ -z "$boot" ] || [ "\${boot%%[!0-9a-f-]*}" != "$boot" ] || [ "\${#boot}" -gt 64 ]; then boot=-; fi
}

# Until the kernel had started all that systemd was to start, in ms; while that goes on systemd says 0.
ready_time() {
  ready=-
  if ! has systemctl; then return 0; fi
  micros=$(limited 10 systemctl show -p FinishTimestampMonotonic 2>/dev/null </dev/null)
  micros=\${micros#FinishTimestampMonotonic=}
  if [ "\${micros%%[!0-9]*}" = "$micros" ] && [ "\${#micros}" -gt 3 ] && [ "\${#micros}" -lt 16 ]; then ready=\${micros%???}; fi
}

print_compact() {
  frame="imprimatur-begin $nonce\${nl}boot $boot $ready $elapsed\${nl}s $statuses\${nl}cut 99999\${nl}imprimatur-end $nonce $total$nl"
  room=$((4000 - \${#frame}))
  fitting=
  all=$room
  if [ "$room" -gt 400 ]; then room=400; fi
  all=$((all - room))
  fit "$retried"
  room=$((room + all))
  fit "$first"
  fit "$later"
  printf 'imprimatur-begin %s\\nboot %s %s %s\\ns %s\\n' "$nonce" "$boot" "$ready" "$elapsed" "$statuses"
  printf '%scut %s\\nimprimatur-end %s %s\\n' "$fitting" "$left" "$nonce" "$total"
}
`;
