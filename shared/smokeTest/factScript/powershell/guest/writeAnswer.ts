/**
 * The frame of the answer. Everything printed is ASCII and goes through a writer of our own: the code page of the
 * console cannot change it, and no line is wrapped at the width of a window, as Windows PowerShell does with its output.
 */
export const writeAnswer = `
$answer = [IO.StreamWriter]::new([Console]::OpenStandardOutput(), [Text.ASCIIEncoding]::new(), 65536)
$clock = [Diagnostics.Stopwatch]::StartNew()
$facts = [Collections.Generic.List[hashtable]]::new()
$retried = [Collections.Generic.List[string]]::new()
$room = 0
$cut = 0

function ConvertFrom-Utf8([string]$Base64) {
    [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Base64))
}

function Write-AnswerLine([string]$Line) {
    $script:answer.Write($Line + [char]10)
}

# The clock of the machine may be set after boot; when a process began is kept as it was.
function Get-BootId {
    $booted = $null
    try { $booted = @(Get-CimInstance -ClassName Win32_Process -Filter 'Name = "wininit.exe"')[0].CreationDate } catch { }
    if ($null -eq $booted) { try { $booted = (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime } catch { } }
    if ($null -eq $booted) { return '-' }
    $booted.ToUniversalTime().Ticks.ToString('x', [Globalization.CultureInfo]::InvariantCulture)
}

function Test-Check([int]$Number, [string]$Look, [int]$TimeoutMs, [int]$Retries, [hashtable]$Settings, [object[]]$Assertions) {
    $wanted = [string[]]@($Assertions | ForEach-Object { $_['attribute'] } | Where-Object { $null -ne $_ } | Select-Object -Unique)
    $tries = 0
    try {
        do {
            if ($tries -gt 0) { Start-Sleep -Seconds 1 }
            $tries++
            $seen = Invoke-Look $Look $TimeoutMs $Settings $wanted
            $found = @($Assertions | ForEach-Object { Resolve-Fact $_ $seen })
            $failed = @($found | Where-Object { $_.status -eq '!' -or $_.status -eq 't' })
        } while ($failed.Count -gt 0 -and $tries -le $Retries)
    } catch { $found = @($Assertions | ForEach-Object { Resolve-Fact @{} $null }) }
    if ($tries -gt 1) { $script:retried.Add('r ' + $Number + ' ' + $tries) }
    Add-Fact $Number $found
}

function Skip-Check([int]$Number, [int]$Count) {
    Add-Fact $Number @(for ($i = 0; $i -lt $Count; $i++) { Resolve-Fact @{} $null })
}

function Add-Fact([int]$Number, [object[]]$Found) {
    for ($i = 0; $i -lt $Found.Length; $i++) {
        $id = [string]$Number + '.' + ($i + 1)
        $status = $Found[$i].status
        $word = Format-Value $Found[$i].value $Found[$i].isCut 65536
        $line = 'f ' + $id + ' ' + $status + ' ' + $word
        Write-AnswerLine ($line.TrimEnd())
        # What decides goes into the compact section first; a fact without a value has nothing to add to its status.
        $detail = if ($word -ne '') { 'd ' + $id + ' ' + (Limit-Word $word) } else { '' }
        $script:facts.Add(@{ status = $status; detail = $detail })
    }
}

# Azure shows the last 4,096 bytes of an output: what decides goes there first, then as many values as fit.
function Write-CompactSection {
    $head = @(
        'imprimatur-begin ' + $nonce
        'boot ' + $bootId + ' - ' + $clock.ElapsedMilliseconds
        's ' + (@($facts | ForEach-Object { $_.status }) -join '')
    )
    $foot = 'imprimatur-end ' + $nonce + ' ' + $facts.Count
    $script:room = 4000 - ($head -join '-').Length - $foot.Length - 'cut 99999'.Length - 3
    # Many tries must not crowd out the values that tell why.
    $spare = [Math]::Max(0, $script:room - 400)
    $script:room -= $spare
    $tries = @(Select-Fitting $retried)
    $script:room += $spare
    $details = @(foreach ($group in '!', 't', 'v') {
        $facts | Where-Object { $_.status -eq $group -and $_.detail -ne '' } | ForEach-Object { $_.detail }
    })
    $told = @(Select-Fitting $details)
    foreach ($line in $head + $tries + $told + ('cut ' + $script:cut) + $foot) { Write-AnswerLine $line }
}

function Select-Fitting([string[]]$Lines) {
    foreach ($line in $Lines) {
        if ($line.Length -ge $script:room) { $script:cut++; continue }
        $script:room -= $line.Length + 1
        $line
    }
}

# The hard way out: a look that was left behind must not keep the script waiting.
function Close-Answer {
    $script:answer.Flush()
    [Environment]::Exit(0)
}
`;

export const beginAnswer = `
$bootId = Get-BootId
if ($bootId -ceq $previousBootId) {
    foreach ($line in ('imprimatur-begin ' + $nonce), 'same-boot', ('imprimatur-end ' + $nonce + ' 0')) { Write-AnswerLine $line }
    Close-Answer
}
Write-AnswerLine ('imprimatur-facts ' + $nonce)
`;

export const endAnswer = `
Write-AnswerLine ('imprimatur-facts-end ' + $nonce + ' ' + $facts.Count)
Write-CompactSection
Close-Answer
`;
