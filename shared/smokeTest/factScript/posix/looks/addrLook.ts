import type { ShellLook } from '../shellLook.ts';

/**
 * Whether a TCP connection comes about in time. Whoever asserts that something is out of reach expects packets to be
 * dropped, so the time is kept here: when it is up that is an answer.
 */
export const addrLook: ShellLook = {
  settings: ['address', 'local-address'],
  attributes: { reachable: 'b' },
  graceSeconds: 2,
  source: `
nc_knows() {
  case $usage in
    *"$tab-$1"* | *" -$1"*) return 0 ;;
  esac
  return 1
}
# Each of these is false where it cannot tell.
with_nc() {
  has nc || return 1
  usage=$(nc -h 2>&1)
  nc_knows z && nc_knows w || return 1
  set --
  if [ -n "$local_address" ]; then
    nc_knows s || return 1
    # Ncat goes on when it cannot have that address.
    case $usage in
      *Ncat*) return 1 ;;
    esac
    set -- -s "$local_address"
  fi
  nc -z -w "$seconds" "$@" "$host" "$port"
  flag reachable "$?"
}
with_bash() {
  if [ -n "$local_address" ] || ! has bash || ! has timeout; then return 1; fi
  timeout "$seconds" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>"$dir/why"
  code=$?
  # So says one that was built without connections.
  if grep -q 'No such file' "$dir/why"; then return 1; fi
  flag reachable "$code"
}
with_curl() {
  has curl || return 1
  set -- -q -s -g -o /dev/null --noproxy '*' --connect-timeout "$seconds" -m "$((seconds + 1))" -w '%{time_connect}'
  if [ -n "$local_address" ]; then set -- "$@" --interface "$local_address"; fi
  took=$(curl "$@" "http://$target/")
  case $took in
    *[1-9]*) known reachable true ;;
    *) known reachable false ;;
  esac
}
look() {
  target=\${address#*://}
  port=\${target##*:} host=\${target%:*}
  host=\${host#"["}
  host=\${host%"]"}
  case $host in
    '' | -* | */*) known reachable false; return 0 ;;
  esac
  with_nc || with_bash || with_curl || unknown reachable
}
`,
};
