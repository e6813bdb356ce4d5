import type { ShellLook } from '../shellLook.ts';

export const userLook: ShellLook = {
  settings: ['username'],
  attributes: { exists: 'b', uid: 'n', gid: 'n', groups: 'l', home: 's', shell: 's' },
  source: `
groups_of() {
  while IFS=: read -r group rest number members || [ -n "$group" ]; do
    case ",$members," in
      *",$username,"*) echo "$group" ;;
      *) if [ "$number" = "$gid" ]; then echo "$group"; fi ;;
    esac
  done </etc/group
}
look() {
  if [ ! -r /etc/passwd ]; then unknown exists uid gid groups home shell; return 0; fi
  known exists false
  while IFS=: read -r name rest uid gid rest home shell || [ -n "$name" ]; do
    if [ "$name" != "$username" ] || [ -z "$uid" ]; then continue; fi
    known exists true
    known uid "$uid"
    known gid "$gid"
    known home "$home"
    known shell "$shell"
    if ! wants groups || [ ! -r /etc/group ]; then return 0; fi
    list=
    groups_of | sort >"$dir/groups"
    while read -r group; do item "$group"; done <"$dir/groups"
    known_list groups
    return 0
  done </etc/passwd
}
`,
};

export const groupLook: ShellLook = {
  settings: ['groupname'],
  attributes: { exists: 'b', gid: 'n' },
  source: `
look() {
  if [ ! -r /etc/group ]; then unknown exists gid; return 0; fi
  known exists false
  while IFS=: read -r name rest gid rest || [ -n "$name" ]; do
    if [ "$name" != "$groupname" ] || [ -z "$gid" ]; then continue; fi
    known exists true
    known gid "$gid"
    return 0
  done </etc/group
}
`,
};
