import type { ShellLook } from '../shellLook.ts';

export const commandLook: ShellLook = {
  settings: ['exec'],
  attributes: { 'exit-status': 'n', stdout: 't', stderr: 't' },
  source: `
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
