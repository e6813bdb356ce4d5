import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** The PowerShell of this machine, if it has one: that of Windows first, since Azure runs it. */
export const powerShell = ['powershell', 'pwsh'].find(
  (name) => spawnSync(name, ['-NoProfile', '-Command', 'exit 0']).status === 0,
);

/** What a script prints when it is run from a file, as Azure's agent does. Throws where it does not end with 0. */
export async function runPowerShell(script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-'));
  const file = join(folder, 'script.ps1');
  writeFileSync(file, script);
  const options = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', file];
  try {
    return (await execa(powerShell ?? 'pwsh', options, { input: '' })).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
