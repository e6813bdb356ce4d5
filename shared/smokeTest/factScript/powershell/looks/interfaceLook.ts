import type { WindowsLook } from '../windowsLook.ts';

/** By its name as in "Network Connections" (`Ethernet`); addresses have their prefix length, as goss writes them. */
export const interfaceLook: WindowsLook = {
  command: 'Get-InterfaceFacts',
  attributes: ['exists', 'addrs', 'mtu'],
  settings: ['name'],
  source: `
function Get-InterfaceFacts([hashtable]$Settings, [hashtable]$Seen) {
    $name = $Settings['name']
    $found = @([Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | Where-Object { $_.Name -eq $name })
    $Seen.Facts['exists'] = $found.Count -gt 0
    if ($found.Count -eq 0) { $Seen.Missing = $true; return }
    $properties = $found[0].GetIPProperties()
    $v4 = $found[0].Supports('IPv4')
    $mtu = if ($v4) { $properties.GetIPv4Properties().Mtu } else { $properties.GetIPv6Properties().Mtu }
    $Seen.Facts['mtu'] = [long]$mtu
    # The name is compared here: as a parameter it would be a wildcard.
    $addresses = @(Get-NetIPAddress | Where-Object { $_.InterfaceAlias -eq $name })
    $Seen.Facts['addrs'] = [string[]]@($addresses | ForEach-Object {
            $_.IPAddress.Split('%')[0] + '/' + $_.PrefixLength
        })
}
`,
};
