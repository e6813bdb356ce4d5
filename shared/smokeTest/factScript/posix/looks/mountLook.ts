import type { ShellLook } from '../shellLook.ts';

/** Of several mounts at one point the last, which is the one that a path leads to. */
export const mountLook: ShellLook = {
  settings: ['mountpoint'],
  attributes: { exists: 'b', opts: 'l', 'vfs-opts': 'l', source: 's', filesystem: 's', usage: 'n' },
  source: `
# The kernel writes blanks and backslashes as \\ooo.
plain() {
  case $1 in
    *\\\\*) text=$(printf "$(printf '%s' "$1" | sed 's/%/%%/g')") ;;
    *) text=$1 ;;
  esac
}
# Each once; between quotes a comma parts nothing.
options() {
  list= seen=, rest=$2, quote='"'
  while [ -n "$rest" ]; do
    option=\${rest%%,*}
    case $option in
      *"$quote"*"$quote"*) ;;
      *"$quote"*)
        tail=\${rest#*"$quote"}
        tail=\${tail#*"$quote"}
        option=\${rest%"$tail"} ;;
    esac
    rest=\${rest#"$option"}
    rest=\${rest#,}
    case $seen in
      *",$option,"*) continue ;;
    esac
    seen=$seen$option,
    if [ -n "$option" ]; then item "$option"; fi
  done
  known_list "$1"
}
look_at_usage() {
  if ! has stat; then unknown usage; return 0; fi
  set -- $(stat -f -c '%b %f' "$mountpoint")
  if [ "$#" != 2 ] || [ "$1" = 0 ]; then unknown usage; return 0; fi
  known usage "$(((200 * ($1 - $2) + $1) / (2 * $1)))"
}
look() {
  if [ ! -r /proc/self/mountinfo ]; then unknown exists opts vfs_opts source filesystem usage; return 0; fi
  found= super=
  while read -r id parent device root point options rest; do
    plain "$point"
    if [ "$text" = "$mountpoint" ]; then found=$options super=\${rest#*- }; fi
  done </proc/self/mountinfo
  if [ -z "$super" ]; then known exists false; return 0; fi
  known exists true
  filesystem=\${super%% *}
  super=\${super#* }
  plain "\${super%% *}"
  known filesystem "$filesystem"
  known source "$text"
  options opts "$found"
  options vfs_opts "\${super#* }"
  if wants usage; then look_at_usage; fi
}
`,
};
