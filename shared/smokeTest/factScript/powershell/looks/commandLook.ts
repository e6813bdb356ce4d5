import type { WindowsLook } from '../windowsLook.ts';

/** `cmd.exe` takes no longer command line. https://learn.microsoft.com/troubleshoot/windows-client/shell-experience/command-line-string-limitation */
const longestCommand = 8_000;

/** Run by `cmd /c`, as goss does on Windows. It would silently run only the first of several lines: those are refused. */
export const commandLook: WindowsLook = {
  command: 'Get-CommandFacts',
  attributes: ['exit-status', 'stdout', 'stderr'],
  settings: ['exec'],
  refuses: ({ exec }) => {
    const command = String(exec).trimEnd();
    return /[\r\n\0]/.test(command) || command.length > longestCommand ? ['exec'] : [];
  },
  source: `
function Get-CommandFacts([hashtable]$Settings, [hashtable]$Seen) {
    $start = [Diagnostics.ProcessStartInfo]::new()
    $start.FileName = [IO.Path]::Combine([Environment]::SystemDirectory, 'cmd.exe')
    # With /s only the outer quotes go: what is between them is the command, as it was written.
    $start.Arguments = '/d /s /c "' + $Settings['exec'].TrimEnd() + '"'
    $process = Start-Quietly $start
    $kept = @([IO.MemoryStream]::new(), [IO.MemoryStream]::new())
    if (-not (Wait-Command $process $kept $Seen.TimeoutMs)) {
        $Seen.TimedOut = $true
        Stop-Tree $process
        return
    }
    $codePage = [Globalization.CultureInfo]::CurrentCulture.TextInfo.OEMCodePage
    $Seen.Facts['exit-status'] = [long]$process.ExitCode
    Set-TextFact $Seen 'stdout' $kept[0] $codePage
    Set-TextFact $Seen 'stderr' $kept[1] $codePage
}

function Start-Quietly([Diagnostics.ProcessStartInfo]$Start) {
    $Start.UseShellExecute = $false
    $Start.CreateNoWindow = $true
    $Start.RedirectStandardInput = $true
    $Start.RedirectStandardOutput = $true
    $Start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($Start)
    $process.StandardInput.Close()
    $process
}

# Reads both streams to their end, keeping only their beginnings: a flood fills neither a pipe nor the memory.
function Wait-Command([Diagnostics.Process]$Process, [object[]]$Kept, [int]$TimeoutMs) {
    $streams = @($Process.StandardOutput.BaseStream, $Process.StandardError.BaseStream)
    $buffers = @([byte[]]::new(65536), [byte[]]::new(65536))
    $reads = @($streams[0].ReadAsync($buffers[0], 0, 65536), $streams[1].ReadAsync($buffers[1], 0, 65536))
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $quiet = [Diagnostics.Stopwatch]::StartNew()
    while ($clock.ElapsedMilliseconds -lt $TimeoutMs) {
        $pending = [Threading.Tasks.Task[]]@($reads | Where-Object { $null -ne $_ })
        if ($pending.Length -gt 0) { [void][Threading.Tasks.Task]::WaitAny($pending, 50) } else { [void]$Process.WaitForExit(50) }
        foreach ($i in 0, 1) {
            if ($null -eq $reads[$i] -or -not $reads[$i].IsCompleted) { continue }
            $count = if ($reads[$i].IsFaulted) { 0 } else { $reads[$i].Result }
            if ($count -eq 0) { $reads[$i] = $null; continue }
            $room = $textLimit + 1 - $Kept[$i].Length
            if ($room -gt 0) { $Kept[$i].Write($buffers[$i], 0, [int][Math]::Min($count, $room)) }
            $reads[$i] = $streams[$i].ReadAsync($buffers[$i], 0, 65536)
            $quiet.Restart()
        }
        # A child left in the background may hold the pipes for ever; the command itself has ended.
        $isRead = $null -eq $reads[0] -and $null -eq $reads[1]
        if ($Process.HasExited -and ($isRead -or $quiet.ElapsedMilliseconds -gt 500)) { return $true }
    }
    $false
}

function Stop-Tree([Diagnostics.Process]$Process) {
    $start = [Diagnostics.ProcessStartInfo]::new()
    $start.FileName = [IO.Path]::Combine([Environment]::SystemDirectory, 'taskkill.exe')
    $start.Arguments = '/T /F /PID ' + $Process.Id
    [void](Start-Quietly $start).WaitForExit(5000)
}
`,
};
