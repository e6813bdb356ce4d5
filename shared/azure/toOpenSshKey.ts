import type { KeyObject } from 'node:crypto';

/** An RSA public key in the one-line form of OpenSSH, the only one that Azure takes. */
export function toOpenSshKey(publicKey: KeyObject): string {
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' });
  const parts = [Buffer.from('ssh-rsa'), ...[e, n].map((part) => positive(Buffer.from(part, 'base64url')))];
  return `ssh-rsa ${Buffer.concat(parts.flatMap((part) => [length(part), part])).toString('base64')}`;
}

/** A number whose first bit is set would be read as negative. */
function positive(bytes: Buffer): Buffer {
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

function length(part: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(part.length);
  return bytes;
}
