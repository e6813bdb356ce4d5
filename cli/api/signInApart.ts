import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { AccessToken, TokenCredential } from '@azure/identity';
import { z } from 'zod';

const printed = z.object({ token: z.string(), expiresOnTimestamp: z.number() });
/** A token is asked for anew this long before it expires: a request may be under way for as long. */
const earlyMs = 300_000;

/**
 * Signs in as `signIn` does, in a process that ends with the token: what `@azure/identity` loads is 30 MB, which is not
 * held for all the time of a report.
 */
export function signInApart(): TokenCredential {
  const tokens = new Map<string, AccessToken>();
  return {
    async getToken(scopes) {
      const scope = [scopes].flat().join(' ');
      const known = tokens.get(scope);
      if (known && known.expiresOnTimestamp - earlyMs > Date.now()) return known;
      const token = printed.parse(JSON.parse(await printToken(scope)));
      tokens.set(scope, token);
      return token;
    },
  };
}

/** Rejects with what the process wrote of its error. */
function printToken(scope: string): Promise<string> {
  const script = join(import.meta.dirname, 'printToken.ts');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, scope], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message, { cause: error }));
      else resolve(stdout);
    });
  });
}
