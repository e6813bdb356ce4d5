import type { ShellLook } from '../shellLook.ts';

/** Addresses have their prefix length, as goss writes them. */
export const interfaceLook: ShellLook = {
  settings: ['name'],
  attributes: { exists: 'b', addrs: 'l', mtu: 'n' },
  source: `
look() {
  if [ ! -d /sys/class/net ]; then unknown exists addrs mtu; return 0; fi
  known exists false
  case $name in
    '' | . | .. | */*) return 0 ;;
  esac
  if [ ! -d "/sys/class/net/$name" ]; then return 0; fi
  known exists true
  if read -r mtu <"/sys/class/net/$name/mtu"; then known mtu "$mtu"; else unknown mtu; fi
  if ! wants addrs; then return 0; fi
  if ! has ip || ! ip -o addr show dev "$name" >"$dir/addresses"; then unknown addrs; return 0; fi
  list=
  while read -r number device family address rest; do
    case $family in
      inet | inet6) item "$address" ;;
    esac
  done <"$dir/addresses"
  known_list addrs
}
`,
};
