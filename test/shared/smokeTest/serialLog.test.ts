import { describe, expect, it } from 'vitest';
import { findFatal } from '../../../shared/smokeTest/serialLog.ts';

describe('the serial log', () => {
  it.each([
    ['[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n', 'kernel panic'],
    ['\u001b[0;31mGave up waiting for root device.\u001b[0m\n', 'root file system not found'],
    ['You are in emergency mode. After logging in', 'emergency mode'],
    ['Kernel \u001b[1mpanic - not syncing: x', 'kernel panic'],
  ])('of a guest that will not come up: %j', (log, kind) => {
    expect(findFatal(log)?.kind).toBe(kind);
  });

  it.each(['', 'login: ', '[FAILED] Failed to start nginx.service', 'panic=10 on the command line'])(
    'of a guest that comes up: %j',
    (log) => {
      expect(findFatal(log)).toBeUndefined();
    },
  );

  it('gives one line of at most 200 characters as the reason', () => {
    expect(findFatal(`Kernel panic - not syncing: ${'x'.repeat(500)}\nnext`)?.line).toHaveLength(200);
  });
});
