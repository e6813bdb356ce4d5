import { execFile } from 'node:child_process';

export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the command as its users do, with the launcher. */
export function runCommand(args: string[], nodeOptions: string[] = []): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...nodeOptions, 'cli/imprimatur.cjs', ...args], (error, stdout, stderr) => {
      const exitCode = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ exitCode, stdout, stderr });
    });
  });
}
