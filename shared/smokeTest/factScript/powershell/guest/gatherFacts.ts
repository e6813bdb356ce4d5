/** Mistakes end a function instead of going on with nothing; no progress bars in the answer. */
export const strictly = `
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
`;

/**
 * What the looks share, and how one is run: in a runspace of its own, so that a look that hangs can be left behind. The
 * table `$Seen` is filled as facts are found; what is not in it is unknown, or timed out.
 */
export const sharedByLooks = `
$textLimit = 4194304

function Set-TextFact([hashtable]$Seen, [string]$Attribute, [IO.MemoryStream]$Kept, [int]$CodePage) {
    $isCut = $Kept.Length -gt $textLimit
    if ($isCut) {
        $Kept.SetLength($textLimit)
        $Seen.Cut[$Attribute] = $true
    }
    $bytes = $Kept.ToArray()
    $Seen.Facts[$Attribute] = ConvertTo-Text $bytes $isCut $CodePage
}

# UTF-16 with its mark, else UTF-8, else the code page that the caller expects of old programs.
function ConvertTo-Text([byte[]]$Bytes, [bool]$IsCut, [int]$CodePage) {
    $mark = [BitConverter]::ToString($Bytes, 0, [Math]::Min(3, $Bytes.Length))
    if ($mark.StartsWith('FF-FE')) { return [Text.Encoding]::Unicode.GetString($Bytes, 2, $Bytes.Length - 2) }
    if ($mark.StartsWith('FE-FF')) { return [Text.Encoding]::BigEndianUnicode.GetString($Bytes, 2, $Bytes.Length - 2) }
    $start = if ($mark -eq 'EF-BB-BF') { 3 } else { 0 }
    try {
        # What a cut leaves of a character at the end is no error.
        $decoder = [Text.UTF8Encoding]::new($false, $true).GetDecoder()
        $chars = [char[]]::new($Bytes.Length)
        $count = $decoder.GetChars($Bytes, $start, $Bytes.Length - $start, $chars, 0, (-not $IsCut))
        return [string]::new($chars, 0, $count)
    } catch { return [Text.Encoding]::GetEncoding($CodePage).GetString($Bytes) }
}
`;

export const runLooks = `
$worker = $null

function New-Worker {
    $runspace = [Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace()
    $runspace.Open()
    $new = [Management.Automation.PowerShell]::Create()
    $new.Runspace = $runspace
    [void]$new.AddScript($looks.ToString())
    [void]$new.Invoke()
    $new
}

function Invoke-Look([string]$Look, [int]$TimeoutMs, [hashtable]$Settings, [string[]]$Wanted) {
    $seen = [hashtable]::Synchronized(@{
            Facts = [hashtable]::Synchronized(@{}); Cut = [hashtable]::Synchronized(@{})
            Wanted = $Wanted; TimeoutMs = $TimeoutMs; Missing = $false; TimedOut = $false
        })
    try {
        if ($null -eq $script:worker) { $script:worker = New-Worker }
        $script:worker.Commands.Clear()
        [void]$script:worker.AddCommand($Look).AddArgument($Settings).AddArgument($seen)
        $running = $script:worker.BeginInvoke()
        # A look minds the time itself where it can; this is for one that cannot.
        if ($running.AsyncWaitHandle.WaitOne($TimeoutMs + 5000)) { [void]$script:worker.EndInvoke($running) }
        else {
            $seen.TimedOut = $true
            [void]$script:worker.BeginStop($null, $null)
            $script:worker = $null
        }
    } catch { $script:worker = $null }
    # A look left behind may still write into its own table.
    @{ Facts = $seen.Facts.Clone(); Cut = $seen.Cut.Clone(); Missing = $seen.Missing; TimedOut = $seen.TimedOut }
}
`;
