import type { WindowsLook } from '../windowsLook.ts';

/** Record types as in `MX:example.com`; the values have goss's form, names with their final dot. */
export const dnsLook: WindowsLook = {
  command: 'Get-DnsFacts',
  attributes: ['resolvable', 'addrs'],
  settings: ['resolve', 'server'],
  source: `
function Get-DnsFacts([hashtable]$Settings, [hashtable]$Seen) {
    $kind, $name = 'A_AAAA', $Settings['resolve']
    if ($name -match '^(A|AAAA|CNAME|MX|NS|PTR|SRV|TXT):(.+)$') { $kind, $name = $Matches[1], $Matches[2] }
    if ($kind -eq 'A_AAAA' -and -not $Settings['server']) { $found = @(Find-Host $name) }
    else { $found = @(Find-Record $name $kind $Settings['server']) }
    $Seen.Facts['resolvable'] = $found.Count -gt 0
    $Seen.Facts['addrs'] = [string[]]@($found | Sort-Object -Unique)
}

# The machine's own way, hosts file included.
function Find-Host([string]$Name) {
    try { [Net.Dns]::GetHostAddresses($Name) | ForEach-Object { $_.ToString() } }
    catch {
        $failure = $_.Exception.GetBaseException()
        if ($failure -isnot [Net.Sockets.SocketException]) { throw }
        if ('HostNotFound', 'NoData' -notcontains [string]$failure.SocketErrorCode) { throw }
    }
}

function Find-Record([string]$Name, [string]$Kind, [string]$Server) {
    $query = @{ Name = $Name; Type = $Kind; DnsOnly = $true; ErrorAction = 'Stop' }
    if ($Server) { $query['Server'] = $Server }
    try { $records = @(Resolve-DnsName @query) }
    catch {
        # DNS_ERROR_RCODE_NAME_ERROR, DNS_INFO_NO_RECORDS: an answer, and it is no.
        $failure = $_.Exception.GetBaseException()
        if ($failure -is [ComponentModel.Win32Exception] -and 9003, 9501 -contains $failure.NativeErrorCode) { return }
        throw
    }
    $wanted = $Kind.Split('_')
    foreach ($record in $records) {
        if ([string]$record.Section -ne 'Answer' -or $wanted -notcontains [string]$record.Type) { continue }
        switch ([string]$record.Type) {
            'A' { $record.IPAddress }
            'AAAA' { $record.IPAddress }
            'MX' { [string]$record.Preference + ' ' + $record.NameExchange + '.' }
            'SRV' { [string]$record.Priority + ' ' + $record.Weight + ' ' + $record.Port + ' ' + $record.NameTarget + '.' }
            'TXT' { $record.Strings }
            default { $record.NameHost + '.' }
        }
    }
}
`,
};
