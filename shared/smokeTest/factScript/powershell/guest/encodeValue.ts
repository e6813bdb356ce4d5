/**
 * ENCODEDVALUE of the answer, as `decodeValue` reads it: one word of ASCII, whatever the value holds. `Format-Value`
 * yields it with at most `$Limit` bytes of the value, `Limit-Word` shortens it for the compact section.
 */
export const encodeValue = `
$plain = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:@+=-'
$wordOf = [string[]]@(for ($i = 0; $i -lt 256; $i++) {
        if ($plain.IndexOf([char]$i) -ge 0) { [string][char]$i } else { '%' + $i.ToString('X2') }
    })

function Format-Value($Value, [bool]$IsCut, [int]$Limit) {
    if ($null -eq $Value) { return '' }
    if ($Value -is [bool]) { return $(if ($Value) { 'btrue' } else { 'bfalse' }) }
    if ($Value -is [long]) { return 'n' + $Value.ToString([Globalization.CultureInfo]::InvariantCulture) }
    if ($Value -is [string]) { return 's' + (Format-Text $Value $IsCut $Limit) }
    $list = [Text.StringBuilder]::new('l')
    foreach ($element in $Value) {
        $word = Format-Text $element $false $Limit
        if ($list.Length + $word.Length -gt $Limit) { return $list.Append('~').ToString() }
        [void]$list.Append($word).Append(',')
    }
    $list.ToString()
}

function Format-Text([string]$Text, [bool]$IsCut, [int]$Limit) {
    $bytes = [Text.Encoding]::UTF8.GetBytes($Text.Substring(0, [Math]::Min($Text.Length, $Limit + 1)))
    $count = [Math]::Min($bytes.Length, $Limit)
    $word = [Text.StringBuilder]::new()
    for ($i = 0; $i -lt $count; $i++) { [void]$word.Append($wordOf[$bytes[$i]]) }
    if ($IsCut -or $count -lt $bytes.Length) { [void]$word.Append('~') }
    $word.ToString()
}

function Limit-Word([string]$Word) {
    if ($Word.Length -le 121) { return $Word }
    $brief = $Word.Substring(0, 121)
    # Not in the middle of an encoded byte.
    $percent = $brief.LastIndexOf([char]'%')
    if ($percent -gt 118) { $brief = $brief.Substring(0, $percent) }
    $brief + '~'
}
`;
