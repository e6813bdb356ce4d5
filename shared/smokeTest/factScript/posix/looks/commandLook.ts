import type { ShellLook } from '../shellLook.ts';

export const commandLook: ShellLook = {
  settings: ['exec'],
  attributes: { 'exit-status': 'n', stdout: 't', stderr: 't' },
  // What is beyond the limit is read and dropped: the command shall not notice, nor the disk fill up.
  source: `
keep() { head -c "$kept" >"$1"; cat >/dev/null; }
as_started() (
  if [ "$own_lc_all" = - ]; then unset LC_ALL; else LC_ALL=$own_lc_all; fi
  sh -c "$exec"
)
look() {
  {
    {
      as_started </dev/null
      echo "$?" >"$dir/code"
    } | keep "$dir/out"
  } 2>&1 | keep "$dir/err"
  if [ ! -s "$dir/code" ]; then unknown exit_status stdout stderr; return 0; fi
  read -r code <"$dir/code"
  rm -f "$dir/code"
  known exit_status "$code"
  known stdout "$dir/out"
  known stderr "$dir/err"
}
`,
};
