/** The usual text of sixteen bytes in RFC 4122 order; other lengths as plain hexadecimal. */
export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return bytes.length === 16 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : hex;
}
