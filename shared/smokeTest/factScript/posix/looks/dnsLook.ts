import type { ShellLook } from '../shellLook.ts';

/**
 * A name alone is resolved as programs of the machine would. With a server, or a type as in `MX:example.org`, records are
 * asked for; their values have goss's form, names with their final dot.
 */
export const dnsLook: ShellLook = {
  settings: ['resolve', 'server'],
  attributes: { resolvable: 'b', addrs: 'l' },
  source: `
# The answers of a tool in the file \`records\`, as values of one type.
values() {
  awk -v type="$1" -v tool="$tool" '
    BEGIN {
      split("A Address: AAAA Address: CNAME canonical MX mail NS nameserver PTR name SRV service TXT text", pairs, " ")
      for (i = 1; i < 16; i += 2) word[pairs[i]] = pairs[i + 1]
    }
    function dotted(name) { return name ~ /\\.$/ ? name : name "." }
    function told(from, value, i) {
      if (type == "TXT") {
        value = $0
        while (match(value, /"([^"\\\\]|\\\\.)*"/)) {
          print substr(value, RSTART + 1, RLENGTH - 2)
          value = substr(value, RSTART + RLENGTH)
        }
        return
      }
      value = $from
      for (i = from + 1; i <= NF; i++) value = value " " $i
      if (type == "CAA") gsub(/"/, "", value)
      print (type ~ /^(A|AAAA|CAA)$/) ? value : dotted(value)
    }
    tool == "dig" { if ($0 !~ /^;/ && $4 == type) told(5); next }
    /^Authoritative answers/ { exit }
    /^[ \\t\\r]*$/ { answers = 1; next }
    type ~ /^A/ {
      # What comes before is about the server.
      if (!answers) next
      if ($1 == word[type] && ($2 ~ /:/) == (type == "AAAA")) print $2
      if (type == "AAAA" && $2 == "has" && $3 == type) print $5
      next
    }
    $2 == word[type] { for (i = 3; i <= NF; i++) if ($i == "=") { told(i + 1); next } }
  ' "$dir/records" >>"$dir/values"
}
# query TYPE: false when there was no answer, be it that there is nothing of that name.
query() {
  if [ "$tool" = dig ]; then
    set -- "$1" +noall +comments +answer +tries=1 +time="$seconds" -p "$server_port"
    if [ -n "$server" ]; then set -- "$@" "@$server"; fi
    type=$1
    shift
    if [ "$type" = PTR ]; then set -- "$@" -x "$name"; else set -- "$@" -t "$type" -q "$name"; fi
    dig "$@" >"$dir/records" 2>&1
    values "$type"
    grep -q -E 'status: (NOERROR|NXDOMAIN)' "$dir/records"
    return "$?"
  fi
  type=$1
  set -- -timeout="$seconds" -retry=1
  if [ "$server_port" != 53 ]; then set -- "$@" -port="$server_port"; fi
  # An address is turned round only when no type is said.
  if [ "$type" != PTR ]; then set -- "$@" -type="$type"; fi
  set -- "$@" "$name"
  if [ -n "$server" ]; then set -- "$@" "$server"; fi
  nslookup "$@" >"$dir/records" 2>&1
  code=$?
  if grep -q -i -e 'timed out' -e 'no servers' "$dir/records"; then return 1; fi
  # Of several texts in one record busybox shows the first.
  if [ "$type" = TXT ] && ! grep -q '^Address:.*#' "$dir/records"; then return 1; fi
  values "$type"
  [ "$code" = 0 ] || grep -q -e NXDOMAIN -e 'No answer' "$dir/records"
}
in_hosts() {
  while read -r address names; do
    case $address in '#'*) continue ;; esac
    case " $(echo \${names%%#*}) " in
      *" $name "*) echo "$address" ;;
    esac
  done </etc/hosts
}
# As programs of this machine find it; false where that cannot be told.
by_machine() {
  if has getent; then
    getent ahosts "$name" >"$dir/hosts"
    code=$?
    while read -r address rest; do echo "$address"; done <"$dir/hosts" >"$dir/values"
    [ "$code" = 0 ] || [ "$code" = 2 ]
    return "$?"
  fi
  if [ -r /etc/hosts ]; then in_hosts >"$dir/values"; fi
  [ -s "$dir/values" ] || by_record A AAAA
}
by_record() {
  tool=dig
  if ! has dig; then tool=nslookup; fi
  if ! has "$tool" || { [ "$tool" = nslookup ] && [ "$1" = CAA ]; }; then return 1; fi
  for each; do
    if query "$each"; then continue; fi
    if grep -q -i 'timed out' "$dir/records"; then timed_out resolvable addrs; else unknown resolvable addrs; fi
    late=y
    return 1
  done
}
look() {
  kind= name=$resolve late= server_port=53
  case $resolve in
    A:* | AAAA:* | CAA:* | CNAME:* | MX:* | NS:* | PTR:* | SRV:* | TXT:*) kind=\${resolve%%:*} name=\${resolve#*:} ;;
  esac
  case $server in
    '['*']:'* | *[!:]:[!:]*) server_port=\${server##*:} server=\${server%:*} ;;
  esac
  server=\${server#"["}
  server=\${server%"]"}
  : >"$dir/values"
  # What would be an option, or something else, to a tool.
  if [ "\${server%%[!A-Za-z0-9._:%-]*}" != "$server" ] || [ "\${server#-}" != "$server" ]; then
    unknown resolvable addrs
    return 0
  fi
  if [ -z "$name" ] || [ "\${name%%[!A-Za-z0-9._:-]*}" != "$name" ] || [ "\${name#-}" != "$name" ]; then
    known resolvable false
    return 0
  fi
  if [ -n "$kind" ]; then by_record "$kind"
  elif [ -n "$server" ]; then by_record A AAAA
  else by_machine
  fi
  if [ "$?" != 0 ]; then
    if [ -z "$late" ]; then unknown resolvable addrs; fi
    return 0
  fi
  list=
  sort -u "$dir/values" >"$dir/sorted"
  while IFS= read -r value; do item "$value"; done <"$dir/sorted"
  [ -n "$list" ]
  flag resolvable "$?"
  known_list addrs
}
`,
};
