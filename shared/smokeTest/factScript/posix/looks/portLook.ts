import type { ShellLook } from '../shellLook.ts';

export const portLook: ShellLook = {
  settings: ['port'],
  attributes: { listening: 'b', ip: 'l' },
  // The kernel's own tables: nothing has to be installed for them. Addresses there are words in the order of the host.
  source: `
sockets() {
  awk -v port="$number" -v network="$network" '
    function hex(digits, i, n) {
      n = 0
      for (i = 1; i <= length(digits); i++) n = n * 16 + index("0123456789ABCDEF", toupper(substr(digits, i, 1))) - 1
      return n
    }
    function turned(word) { return substr(word, 7, 2) substr(word, 5, 2) substr(word, 3, 2) substr(word, 1, 2) }
    function dotted(bytes) {
      return hex(substr(bytes, 1, 2)) "." hex(substr(bytes, 3, 2)) "." hex(substr(bytes, 5, 2)) "." hex(substr(bytes, 7, 2))
    }
    function colons(bytes, i, start, run, best, length_of_best, text) {
      length_of_best = 1
      for (i = 0; i < 8; i++) {
        group[i] = sprintf("%X", hex(substr(bytes, i * 4 + 1, 4)))
        run = (group[i] == "0") ? run + 1 : 0
        if (run > length_of_best) { length_of_best = run; best = i - run + 1 }
      }
      if (length_of_best < 2) best = -1
      for (i = 0; i < 8; i++) {
        if (i == best) { text = text "::"; i += length_of_best - 1 }
        else text = text ((text == "" || text ~ /:$/) ? "" : ":") group[i]
      }
      return text
    }
    FNR == 1 { next }
    network ~ /^tcp/ && $4 != "0A" { next }
    {
      split($2, local, ":")
      if (hex(local[2]) != port + 0) next
      bytes = turned(substr(local[1], 1, 8))
      if (length(local[1]) == 8) { print dotted(bytes); next }
      bytes = bytes turned(substr(local[1], 9, 8)) turned(substr(local[1], 17, 8)) turned(substr(local[1], 25, 8))
      if (toupper(substr(bytes, 1, 24)) == "00000000000000000000FFFF") print dotted(substr(bytes, 25))
      else print colons(bytes)
    }' "/proc/net/$network"
}
look() {
  case $port in
    *:*) network=\${port%%:*} number=\${port#*:} ;;
    *) network=tcp number=$port ;;
  esac
  list=
  case $network in
    tcp | tcp6 | udp | udp6) ;;
    *) network= ;;
  esac
  if [ -n "$network" ] && [ ! -r "/proc/net/$network" ]; then
    # Without IPv6 there is no such table, and nothing that listens.
    if [ ! -r /proc/net/tcp ]; then unknown listening ip; return 0; fi
    network=
  fi
  case $number in
    '' | 0*) network= ;;
  esac
  if [ -n "$network" ] && [ "\${number%%[!0-9]*}" = "$number" ]; then
    sockets >"$dir/sockets"
    while read -r address; do item "$address"; done <"$dir/sockets"
  fi
  [ -n "$list" ]
  flag listening "$?"
  known_list ip
}
`,
};
