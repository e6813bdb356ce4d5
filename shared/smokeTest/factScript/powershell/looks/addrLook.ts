import type { WindowsLook } from '../windowsLook.ts';

/** `tcp://host:port`. A datagram that leaves says nothing about who receives it, so only TCP is told. */
export const addrLook: WindowsLook = {
  command: 'Get-AddrFacts',
  attributes: ['reachable'],
  settings: ['address'],
  refuses: ({ address }) => (/^tcp:\/\/.+:[0-9]{1,5}$/.test(String(address)) ? [] : ['address']),
  source: `
function Get-AddrFacts([hashtable]$Settings, [hashtable]$Seen) {
    $target = $Settings['address'].Substring($Settings['address'].IndexOf('://') + 3)
    $colon = $target.LastIndexOf(':')
    $port = [int]$target.Substring($colon + 1)
    $reachable = $false
    try { $addresses = @([Net.Dns]::GetHostAddresses($target.Substring(0, $colon).Trim([char[]]'[]'))) } catch { $addresses = @() }
    foreach ($address in $addresses) {
        $client = [Net.Sockets.TcpClient]::new($address.AddressFamily)
        # A refused connection throws.
        try { $reachable = $client.ConnectAsync($address, $port).Wait($Seen.TimeoutMs) } catch { $reachable = $false } finally { $client.Dispose() }
        if ($reachable) { break }
    }
    $Seen.Facts['reachable'] = $reachable
}
`,
};
