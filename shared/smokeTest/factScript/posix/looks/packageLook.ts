import type { ShellLook } from '../shellLook.ts';

export const packageLook: ShellLook = {
  settings: ['name'],
  attributes: { installed: 'b', versions: 'l' },
  // A machine may have tools for packages of another family too: the one that its distribution is made of counts.
  source: `
look() {
  # No package is called that, and to a tool it would be an option.
  case $name in
    '' | -*) known installed false; return 0 ;;
  esac
  list=
  if has dpkg-query && { [ -e /etc/debian_version ] || ! has rpm; }; then
    dpkg-query -W -f '\${Status} \${Version}\\n' "$name" >"$dir/packages"
    while read -r want error status version; do
      case "$want $error $status" in
        'install ok installed' | 'hold ok installed') item "$version" ;;
      esac
    done <"$dir/packages"
  elif has rpm; then
    format='%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n'
    if rpm -q --nosignature --nohdrchk --nodigest --qf "$format" "$name" >"$dir/packages"; then
      while read -r version; do item "$version"; done <"$dir/packages"
    fi
  elif has apk; then
    apk version "$name" >"$dir/packages"
    while read -r version rest; do
      case $version in
        Installed: | WARNING*) ;;
        "$name"-*) item "\${version#"$name-"}" ;;
      esac
    done <"$dir/packages"
  elif has pacman; then
    if pacman -Q --color never --noconfirm "$name" >"$dir/packages"; then
      read -r rest version <"$dir/packages"
      item "$version"
    fi
  else unknown installed versions; return 0
  fi
  if [ -z "$list" ]; then known installed false; return 0; fi
  known installed true
  known_list versions
}
`,
};
