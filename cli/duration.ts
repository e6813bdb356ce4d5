/** `2 min 10 s`, `90 min`, `0 s`. */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return [
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(seconds % 60 > 0 || minutes === 0 ? [`${seconds % 60} s`] : []),
  ].join(' ');
}
