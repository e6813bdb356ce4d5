import type { ShellLook } from '../shellLook.ts';

export const processLook: ShellLook = {
  settings: ['comm'],
  attributes: { running: 'b' },
  // The script's own processes are not what the image runs.
  source: `
look() {
  if [ ! -r /proc/self/stat ] && [ ! -r /proc/1/comm ]; then unknown running; return 0; fi
  known running false
  for process in /proc/[0-9]*; do
    case $process in
      "/proc/$$" | "/proc/$PPID" | "/proc/$main") continue ;;
    esac
    if [ ! -r "$process/comm" ]; then continue; fi
    name=
    IFS= read -r name <"$process/comm"
    if [ "$name" = "$comm" ]; then known running true; return 0; fi
  done
}
`,
};
