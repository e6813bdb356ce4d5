import type { Setting } from '../../checkFile/checkFile.ts';

/** How one type of check is looked at on Windows: a PowerShell function, and what it can tell. */
export interface WindowsLook {
  /** Name of the function that `source` defines. It takes the settings and fills `$Seen` (see guest/runLooks.ts). */
  command: string;
  attributes: string[];
  settings: string[];
  /** Names of settings whose values cannot be honoured on Windows. */
  refuses?: (settings: Record<string, Setting>) => string[];
  /** PowerShell 5.1 that also runs in 7, ASCII only. */
  source: string;
}
