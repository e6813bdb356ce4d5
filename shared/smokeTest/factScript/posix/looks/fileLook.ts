import type { ShellLook } from '../shellLook.ts';

export const fileLook: ShellLook = {
  settings: ['path'],
  attributes: {
    exists: 'b',
    mode: 's',
    size: 'n',
    owner: 's',
    uid: 'n',
    group: 's',
    gid: 'n',
    filetype: 's',
    'linked-to': 's',
    md5: 's',
    sha256: 's',
    sha512: 's',
    contents: 't',
  },
  source: `
home_of() {
  home=
  while IFS=: read -r name rest uid gid rest home shell; do
    if [ "$name" = "$1" ]; then return 0; fi
  done </etc/passwd
  return 1
}
whole_path() {
  case $path in
    '~'*)
      user=\${path%%/*}
      user=\${user#?}
      if home_of "\${user:-root}"; then
        case $path in
          */*) path=$home/\${path#*/} ;;
          *) path=$home ;;
        esac
      fi ;;
  esac
  case $path in
    /*) ;;
    *) path=/$path ;;
  esac
}
# Of the thing itself, not of what a link points to.
look_at_inode() {
  if ! has stat; then unknown mode size owner group uid gid; return 0; fi
  set -- $(stat -c '%a %s %u %g %U %G' "$path")
  if [ "$#" != 6 ]; then unknown mode size owner group uid gid; return 0; fi
  mode=$1
  while [ "\${#mode}" -lt 4 ]; do mode=0$mode; done
  known mode "$mode"
  known size "$2"
  known uid "$3"
  known gid "$4"
  if [ "$5" != UNKNOWN ]; then known owner "$5"; fi
  if [ "$6" != UNKNOWN ]; then known group "$6"; fi
}
look_at_type() {
  if [ -L "$path" ]; then
    known filetype symlink
    known linked_to "$(readlink "$path")"
  elif [ -d "$path" ]; then known filetype directory
  elif [ -p "$path" ]; then known filetype pipe
  elif [ -S "$path" ]; then known filetype socket
  elif [ -b "$path" ]; then known filetype block-device
  elif [ -c "$path" ]; then known filetype character-device
  else known filetype file
  fi
}
# sum NAME TOOL
sum() {
  if ! wants "$1"; then return 0; fi
  if ! has "$2"; then unknown "$1"; return 0; fi
  name=$1
  set -- $(command "$2" <"$path")
  if [ -n "$1" ]; then known "$name" "$1"; fi
}
look() {
  whole_path
  if [ ! -e "$path" ] && [ ! -L "$path" ]; then known exists false; return 0; fi
  known exists true
  look_at_inode
  look_at_type
  # Reading a pipe or a device might never end.
  if [ ! -f "$path" ]; then return 0; fi
  sum md5 md5sum
  sum sha256 sha256sum
  sum sha512 sha512sum
  if [ -r "$path" ]; then known contents "$path"; fi
}
`,
};
