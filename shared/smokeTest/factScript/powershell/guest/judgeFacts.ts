/** Compares a fact with what is asserted. `$null` means: not to be told here, TypeScript judges the value. */
export const judgeFacts = `
function Resolve-Fact([hashtable]$Assertion, [hashtable]$Seen) {
    $attribute = $Assertion['attribute']
    if ($null -eq $attribute) { return @{ status = '?'; value = $null; isCut = $false } }
    if (-not $Seen.Facts.ContainsKey($attribute)) {
        # A file that is not there has no contents that could match.
        $status = if ($Seen.TimedOut) { 't' } elseif ($Seen.Missing) { '!' } else { '?' }
        return @{ status = $status; value = $null; isCut = $false }
    }
    $value = $Seen.Facts[$attribute]
    $isCut = $Seen.Cut.ContainsKey($attribute)
    $holds = switch ($Assertion['compare']) {
        'equal' { Test-Equal $value $Assertion['expected'] }
        'line' { Test-Line $value $isCut $Assertion['expected'] $Assertion['negated'] }
        'pattern' { Test-Pattern $value $isCut $Assertion['expected'] $Assertion['negated'] }
        default { $null }
    }
    if ($null -eq $holds) { return @{ status = 'v'; value = $value; isCut = $isCut } }
    if ($Assertion['compare'] -eq 'equal') { return @{ status = $(if ($holds) { '=' } else { '!' }); value = $value; isCut = $isCut } }
    if ($holds) { return @{ status = '='; value = $null; isCut = $false } }
    # Of a text without the line, the beginning is enough to see what it is.
    $beginning = $value.Substring(0, [Math]::Min(1024, $value.Length))
    @{ status = '!'; value = $beginning; isCut = ($isCut -or $beginning.Length -lt $value.Length) }
}

function Test-Equal($Value, $Expected) {
    if ($Value -is [string] -and $Expected -is [string]) { return [string]::Equals($Value, $Expected, 'Ordinal') }
    if ($Value -is [bool] -and $Expected -is [bool]) { return $Value -eq $Expected }
    if ($Value -is [long] -and ($Expected -is [int] -or $Expected -is [long])) { return $Value -eq $Expected }
    $null
}

# The text has no line break in it, so any line holds it when the whole does.
function Test-Line($Value, [bool]$IsCut, [string]$Text, [bool]$Negated) {
    if ($Value -isnot [string]) { return $null }
    if ($Value.Length -gt 0 -and $Value.IndexOf($Text, [StringComparison]::Ordinal) -ge 0) { return -not $Negated }
    if ($IsCut) { return $null }
    $Negated
}

function Test-Pattern($Value, [bool]$IsCut, [string]$Pattern, [bool]$Negated) {
    if ($Value -isnot [string]) { return $null }
    $unsure = $IsCut
    try {
        $regex = [Text.RegularExpressions.Regex]::new($Pattern, 'CultureInvariant', [TimeSpan]::FromSeconds(2))
        $lines = $Value.Split([char]10)
        # After the last line break there is no further line, or where it was cut only a piece of one.
        $last = if ($IsCut -or $lines[$lines.Length - 1] -eq '') { $lines.Length - 2 } else { $lines.Length - 1 }
        for ($i = 0; $i -le $last; $i++) {
            $line = $lines[$i]
            if ($line.EndsWith([string][char]13, 'Ordinal')) { $line = $line.Substring(0, $line.Length - 1) }
            # Beyond ASCII the two dialects part (case, code units).
            if ([Text.Encoding]::UTF8.GetByteCount($line) -ne $line.Length) { $unsure = $true; continue }
            if ($regex.IsMatch($line)) { return -not $Negated }
        }
    } catch { return $null }
    if ($unsure) { return $null }
    $Negated
}
`;
