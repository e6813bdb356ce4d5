import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, inject, onTestFinished } from 'vitest';
import { processClock } from '../../local/clock.ts';
import { createQemu } from '../../local/vm/qemu/createQemu.ts';
import { type MachineUnderTest, machineContract } from '../contracts/machineContract.ts';

const builtImagesDir = inject('builtImagesDir');
const limitMs = 90_000;

describe.skipIf(builtImagesDir === undefined)('a virtual machine of QEMU', { timeout: 3 * limitMs }, () => {
  machineContract('emulated by QEMU', () => makeMachine(builtImagesDir ?? ''));
});

async function makeMachine(builtImagesDir: string): Promise<MachineUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-machines-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const qemu = createQemu({ folder, builtImagesDir, log: (line) => console.error(line) });
  const image = await qemu.readGuestImage('local/images/qemu', 'micro');
  const machine = qemu.createMachine({ image, hostname: 'smoke1', clock: processClock });
  return {
    machine,
    until: (isSo) => waitUntil(isSo, () => machine.serialLog()),
    traces: async () => [...processesIn(folder), ...readdirSync(folder)],
    stop: () => qemu.stop(),
  };
}

function waitUntil(isSo: () => boolean, describeState: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = performance.now() + limitMs;
    const timer = setInterval(() => {
      const isLate = performance.now() > limit;
      if (!isSo() && !isLate) return;
      clearInterval(timer);
      if (isLate) reject(new Error(`it has not come to that; the serial log:\n${describeState()}`));
      else resolve();
    }, 50);
  });
}

/** Processes that work in the folder or below, also when it is gone. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}
