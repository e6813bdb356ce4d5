import type { ShellLook } from '../shellLook.ts';

export const serviceLook: ShellLook = {
  settings: ['name'],
  attributes: { enabled: 'b', running: 'b', runlevels: 'l' },
  source: `
has_systemd() {
  if ! has systemctl; then return 1; fi
  if [ -d /run/systemd/system ]; then return 0; fi
  case $(systemctl is-system-running) in
    '' | offline | unknown) return 1 ;;
  esac
}
# The runlevels in which an init script is started: folders of OpenRC, or links of System V.
look_at_runlevels() {
  list=
  if [ -d /etc/runlevels ]; then
    for entry in /etc/runlevels/*/"$name"; do
      if [ ! -e "$entry" ]; then continue; fi
      entry=\${entry#/etc/runlevels/}
      item "\${entry%%/*}"
    done
  else
    for entry in /etc/rc[0-9].d/S[0-9][0-9]"$name"; do
      if [ ! -e "$entry" ]; then continue; fi
      entry=\${entry#/etc/rc}
      item "\${entry%%.*}"
    done
  fi
  known_list runlevels
  [ -n "$list" ]
  flag enabled "$?"
}
look() {
  case $name in
    '' | -* | */*) known enabled false; known running false; return 0 ;;
  esac
  if has_systemd; then
    systemctl -q is-enabled "$name"
    flag enabled "$?"
    systemctl -q is-active "$name"
    flag running "$?"
    unknown runlevels
    return 0
  fi
  if ! has rc-service && ! has service && [ ! -d /etc/init.d ]; then unknown enabled running runlevels; return 0; fi
  look_at_runlevels
  if [ ! -e "/etc/init.d/$name" ]; then known running false; return 0; fi
  if has rc-service; then rc-service "$name" status
  elif has service; then service "$name" status
  else "/etc/init.d/$name" status
  fi
  flag running "$?"
}
`,
};
