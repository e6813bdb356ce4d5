import type { WindowsLook } from '../windowsLook.ts';

const portName = /^(?:(?:tcp|udp)6?:)?[0-9]{1,5}$/;

/** `tcp:3389`, `tcp6:5985`, `udp:53`. From .NET's own tables: the same in every edition, and no module needed. */
export const portLook: WindowsLook = {
  command: 'Get-PortFacts',
  attributes: ['listening', 'ip'],
  settings: ['port'],
  refuses: ({ port }) => (portName.test(String(port)) ? [] : ['port']),
  source: `
function Get-PortFacts([hashtable]$Settings, [hashtable]$Seen) {
    $parts = ('tcp:' + $Settings['port']).Split(':')
    $protocol = $parts[$parts.Length - 2]
    $number = [int]$parts[$parts.Length - 1]
    $family = if ($protocol.EndsWith('6')) { 'InterNetworkV6' } else { 'InterNetwork' }
    $tables = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
    $ends = @(if ($protocol.StartsWith('udp')) { $tables.GetActiveUdpListeners() } else { $tables.GetActiveTcpListeners() })
    $found = @($ends | Where-Object { $_.Port -eq $number -and [string]$_.AddressFamily -eq $family })
    $Seen.Facts['listening'] = $found.Count -gt 0
    $Seen.Facts['ip'] = [string[]]@($found | ForEach-Object { $_.Address.ToString().Split('%')[0] } | Select-Object -Unique)
}
`,
};
