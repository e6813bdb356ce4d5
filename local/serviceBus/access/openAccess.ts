import { decodeJwt } from 'jose';
import type { Clock } from '../../clock.ts';
import { type Access, everything } from './access.ts';

/** Takes any token that says of itself that it is not expired, and lets its bearer do everything; so does the emulator. */
export function openAccess(clock: Clock): Access {
  return {
    async judge(token) {
      const expiresAt = expiryOf(token);
      if (expiresAt === undefined) return { refused: 'The token cannot be read.' };
      return expiresAt <= clock.now() ? { refused: 'The token is expired.' } : { rights: everything };
    },
    withoutToken: () => everything,
  };
}

function expiryOf(token: string): number | undefined {
  if (!isSharedAccessSignature(token)) return expiryOfJwt(token);
  const seconds = Number(new URLSearchParams(token.slice(signaturePrefix.length)).get('se') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

const signaturePrefix = 'SharedAccessSignature ';

export function isSharedAccessSignature(token: string): boolean {
  return token.startsWith(signaturePrefix);
}

function expiryOfJwt(token: string): number | undefined {
  try {
    return (decodeJwt(token).exp ?? Number.POSITIVE_INFINITY) * 1000;
  } catch {
    return undefined;
  }
}
