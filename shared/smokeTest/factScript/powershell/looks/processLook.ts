import type { WindowsLook } from '../windowsLook.ts';

/** By the name of the executable, with or without `.exe`, in any case. */
export const processLook: WindowsLook = {
  command: 'Get-ProcessFacts',
  attributes: ['running'],
  settings: ['comm'],
  source: `
function Get-ProcessFacts([hashtable]$Settings, [hashtable]$Seen) {
    $name = $Settings['comm']
    $found = @(Get-Process | Where-Object { $_.ProcessName -eq $name -or ($_.ProcessName + '.exe') -eq $name })
    $Seen.Facts['running'] = $found.Count -gt 0
}
`,
};
