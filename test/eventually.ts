import { vi } from 'vitest';

/**
 * Looks until the look succeeds, and resolves with what it found. Its limit is against what hangs, not against what is
 * slow: that of `vi.waitFor` is a second, and a busy machine takes ten times as long.
 */
export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 40_000, interval: 20 });
}
