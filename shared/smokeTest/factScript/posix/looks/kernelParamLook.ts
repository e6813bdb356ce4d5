import type { ShellLook } from '../shellLook.ts';

export const kernelParamLook: ShellLook = {
  settings: ['name'],
  attributes: { value: 's' },
  source: `
look() {
  if [ ! -d /proc/sys/kernel ]; then unknown value; return 0; fi
  case $name in
    *"$nl"*) return 0 ;;
  esac
  path=/proc/sys/$(printf '%s' "$name" | tr . /)
  if [ ! -f "$path" ]; then return 0; fi
  # Some can only be written.
  if ! cat "$path" >"$dir/value"; then unknown value; return 0; fi
  text=$(head -c "$told" <"$dir/value")
  text=\${text#"\${text%%[![:space:]]*}"}
  text=\${text%"\${text##*[![:space:]]}"}
  known value "$text"
}
`,
};
