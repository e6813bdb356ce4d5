/**
 * A lock token is a GUID with two byte orders on the wire: the delivery tag has the mixed order of .NET, the uuid of a
 * management request the order of RFC 4122. Inside the broker it is the hexadecimal text of the latter.
 */
export function tokenFromUuid(uuid: Buffer): string {
  return uuid.toString('hex');
}

/** The token that a delivery tag stands for. */
export function tokenFromTag(tag: Buffer): string {
  return tag.length === 16 ? swap(tag).toString('hex') : '';
}

/** The delivery tag of a token. */
export function tagOfToken(token: string): Buffer {
  return swap(Buffer.from(token, 'hex'));
}

/** The uuid of a token, as management replies carry it. */
export function uuidOfToken(token: string): Buffer {
  return Buffer.from(token, 'hex');
}

function swap(bytes: Buffer): Buffer {
  const head = [3, 2, 1, 0, 5, 4, 7, 6].map((index) => bytes.readUInt8(index));
  return Buffer.concat([Buffer.from(head), bytes.subarray(8)]);
}
