import type { WindowsLook } from '../windowsLook.ts';

/** Owner and group are those of the access control list (`BUILTIN\Administrators`); a mode and numeric ids do not exist. */
export const fileLook: WindowsLook = {
  command: 'Get-FileFacts',
  attributes: ['exists', 'size', 'owner', 'group', 'filetype', 'linked-to', 'contents', 'md5', 'sha256', 'sha512'],
  settings: ['path'],
  source: `
function Get-FileFacts([hashtable]$Settings, [hashtable]$Seen) {
    $path = $Settings['path']
    $isDirectory = [IO.Directory]::Exists($path)
    $exists = $isDirectory -or [IO.File]::Exists($path)
    $Seen.Facts['exists'] = $exists
    if (-not $exists) { $Seen.Missing = $true; return }
    # A full path names a file whatever it holds; a relative one could name another PowerShell drive.
    $path = [IO.Path]::GetFullPath($path)
    foreach ($attribute in $Seen.Wanted) {
        # What cannot be read (no right, in use) stays unknown.
        try { Add-FileFact $attribute $path $isDirectory $Seen } catch { continue }
    }
}

function Add-FileFact([string]$Attribute, [string]$Path, [bool]$IsDirectory, [hashtable]$Seen) {
    $facts = $Seen.Facts
    switch ($Attribute) {
        'size' { if (-not $IsDirectory) { $facts['size'] = [IO.FileInfo]::new($Path).Length } }
        'owner' { $facts['owner'] = (Get-Acl -LiteralPath $Path).Owner }
        'group' { $facts['group'] = (Get-Acl -LiteralPath $Path).Group }
        'linked-to' { $facts['linked-to'] = Get-LinkTarget $Path }
        'filetype' {
            $kind = if ($IsDirectory) { 'directory' } else { 'file' }
            if ((Get-LinkTarget $Path) -ne '') { $kind = 'symlink' }
            $facts['filetype'] = $kind
        }
        'contents' { if (-not $IsDirectory) { Add-FileContents $Path $Seen } }
        { $_ -eq 'md5' -or $_ -eq 'sha256' -or $_ -eq 'sha512' } {
            $facts[$Attribute] = (Get-FileHash -LiteralPath $Path -Algorithm $Attribute).Hash.ToLowerInvariant()
        }
    }
}

function Get-LinkTarget([string]$Path) {
    $item = Get-Item -LiteralPath $Path -Force
    if ($item.LinkType -ne 'SymbolicLink' -and $item.LinkType -ne 'Junction') { return '' }
    [string](@($item.Target)[0])
}

function Add-FileContents([string]$Path, [hashtable]$Seen) {
    # Logs and databases are open for writing; they can be read all the same.
    $stream = [IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $kept = [IO.MemoryStream]::new()
        $buffer = [byte[]]::new(65536)
        while ($kept.Length -le $textLimit) {
            $count = $stream.Read($buffer, 0, $buffer.Length)
            if ($count -eq 0) { break }
            $kept.Write($buffer, 0, $count)
        }
        Set-TextFact $Seen 'contents' $kept ([Globalization.CultureInfo]::CurrentCulture.TextInfo.ANSICodePage)
    } finally { $stream.Dispose() }
}
`,
};
