import type { WindowsLook } from '../windowsLook.ts';

/** Local accounts. They have a SID instead of numeric ids, and no login shell. */
export const userLook: WindowsLook = {
  command: 'Get-UserFacts',
  attributes: ['exists', 'groups', 'home'],
  settings: ['username'],
  source: String.raw`
function Get-UserFacts([hashtable]$Settings, [hashtable]$Seen) {
    $name = $Settings['username']
    $found = @(Get-LocalUser | Where-Object { $_.Name -eq $name })
    $Seen.Facts['exists'] = $found.Count -gt 0
    if ($found.Count -eq 0) { $Seen.Missing = $true; return }
    $sid = $found[0].SID.Value
    if ($Seen.Wanted -contains 'home') {
        $place = 'Registry::HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\' + $sid
        # A profile is made at the first sign-in: before it there is no home.
        $key = Get-Item -LiteralPath $place -ErrorAction SilentlyContinue
        $Seen.Facts['home'] = if ($null -eq $key) { '' } else { [string]$key.GetValue('ProfileImagePath') }
    }
    if ($Seen.Wanted -contains 'groups') {
        # One group that cannot be listed makes the whole list unknown, never shorter.
        $Seen.Facts['groups'] = [string[]]@(Get-LocalGroup | Where-Object {
                @(Get-LocalGroupMember -SID $_.SID | ForEach-Object { $_.SID.Value }) -contains $sid
            } | ForEach-Object { $_.Name })
    }
}
`,
};
