import type { WindowsLook } from '../windowsLook.ts';

/** By the short name of the service. Enabled is what starts by itself at boot (`Automatic`, delayed or not). */
export const serviceLook: WindowsLook = {
  command: 'Get-ServiceFacts',
  attributes: ['enabled', 'running'],
  settings: ['name'],
  source: `
function Get-ServiceFacts([hashtable]$Settings, [hashtable]$Seen) {
    # Compared here: as a parameter of Get-Service the name would be a wildcard.
    $name = $Settings['name']
    $found = @(Get-Service -ErrorAction SilentlyContinue | Where-Object { $_.Name -eq $name })
    $Seen.Facts['running'] = $found.Count -gt 0 -and [string]$found[0].Status -eq 'Running'
    $Seen.Facts['enabled'] = $found.Count -gt 0 -and [string]$found[0].StartType -eq 'Automatic'
}
`,
};
