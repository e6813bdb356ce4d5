import type { WindowsLook } from '../windowsLook.ts';

/** Local groups; they have a SID instead of a numeric id. */
export const groupLook: WindowsLook = {
  command: 'Get-GroupFacts',
  attributes: ['exists'],
  settings: ['groupname'],
  source: `
function Get-GroupFacts([hashtable]$Settings, [hashtable]$Seen) {
    $name = $Settings['groupname']
    $Seen.Facts['exists'] = @(Get-LocalGroup | Where-Object { $_.Name -eq $name }).Count -gt 0
}
`,
};
