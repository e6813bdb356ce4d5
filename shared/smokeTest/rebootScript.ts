/**
 * Reboots the guest from inside some seconds later, so that the agent can still report that the script has ended: it
 * ends the processes of a script with it, but not a timer of systemd. Whether it happened is told by the boot id.
 */
export const rebootScript = {
  Linux: `#!/bin/sh
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1; then
  systemd-run --on-active=3 systemctl reboot && exit 0
fi
if command -v setsid >/dev/null 2>&1; then
  setsid sh -c 'sleep 3; reboot || shutdown -r now' >/dev/null 2>&1 </dev/null &
else
  nohup sh -c 'sleep 3; reboot || shutdown -r now' >/dev/null 2>&1 </dev/null &
fi
exit 0
`,
  Windows: 'shutdown.exe /r /t 5 /f\r\n',
};
