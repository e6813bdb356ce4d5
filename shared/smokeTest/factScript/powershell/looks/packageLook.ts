import type { WindowsLook } from '../windowsLook.ts';

/** Installed programs by their display name, as in "Apps & features"; Windows features and Store apps are not among them. */
export const packageLook: WindowsLook = {
  command: 'Get-PackageFacts',
  attributes: ['installed', 'versions'],
  settings: ['name'],
  source: String.raw`
function Get-PackageFacts([hashtable]$Settings, [hashtable]$Seen) {
    $name = $Settings['name']
    $versions = [Collections.Generic.List[string]]::new()
    $installed = $false
    foreach ($root in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
        $place = 'Registry::HKEY_LOCAL_MACHINE\' + $root + '\Microsoft\Windows\CurrentVersion\Uninstall'
        foreach ($key in @(Get-ChildItem -LiteralPath $place -ErrorAction SilentlyContinue)) {
            if ([string]$key.GetValue('DisplayName') -ne $name) { continue }
            $installed = $true
            $versions.Add([string]$key.GetValue('DisplayVersion'))
        }
    }
    if (-not $installed) {
        # Only Windows PowerShell has these providers: elsewhere the registry has the last word.
        $packages = @()
        try { $packages = @(Get-Package -ProviderName 'Programs', 'msi', 'msu' | Where-Object { $_.Name -eq $name }) } catch { }
        foreach ($package in $packages) {
            $installed = $true
            $versions.Add([string]$package.Version)
        }
    }
    $Seen.Facts['installed'] = $installed
    if ($installed) { $Seen.Facts['versions'] = [string[]]@($versions | Where-Object { $_ -ne '' } | Select-Object -Unique) }
    else { $Seen.Missing = $true }
}
`,
};
