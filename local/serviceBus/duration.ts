const pattern = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const unitsMs = [86_400_000, 3_600_000, 60_000, 1_000];

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds, as Azure Resource Manager writes them. */
export function parseDuration(text: string): number {
  const match = pattern.exec(text);
  const parts = match?.slice(1) ?? [];
  if (parts.every((part) => part === undefined)) throw new Error(`Not a duration: '${text}'`);
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (unitsMs[index] ?? 0), 0);
}

/** The shortest ISO 8601 text of a duration. */
export function formatDuration(milliseconds: number): string {
  let rest = milliseconds;
  const [days, hours, minutes] = unitsMs.slice(0, 3).map((unit) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count;
  });
  const seconds = rest / 1000;
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`;
  if (!days && !time) return 'PT0S';
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}
