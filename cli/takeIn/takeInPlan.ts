/** One version that was adopted, by its resource id. */
export interface Adopted {
  id: string;
  /** It is under test now. */
  isOpen: boolean;
  /** It was tested, and failed: nothing is done with it again unless it is asked for by its id. */
  failed: boolean;
}

export interface ListedImage {
  id: string;
  open: string[];
  adopted: { version: string; failed: boolean }[];
}

/** Of all images, or of those whose id or name is `image`. */
export function adoptedIn(images: ListedImage[], image: string | undefined): Adopted[] {
  const isAsked = ({ id }: ListedImage) =>
    image === undefined ||
    id.toLowerCase() === image.toLowerCase() ||
    id.toLowerCase().endsWith(`/images/${image.toLowerCase()}`);
  return images.filter(isAsked).flatMap(({ id, open, adopted }) =>
    adopted.map(({ version, failed }) => ({
      id: `${id}/versions/${version}`,
      isOpen: open.includes(version),
      failed,
    })),
  );
}

/** What is asked for next, so that no more than `atOnce` are under test; empty when nothing is left to ask for. */
export function nextToTakeIn(adopted: Adopted[], asked: ReadonlySet<string>, atOnce: number): string[] {
  const free = atOnce - adopted.filter(({ isOpen }) => isOpen).length;
  const waiting = adopted.filter(({ id, isOpen, failed }) => !isOpen && !failed && !asked.has(id));
  return waiting.slice(0, Math.max(0, free)).map(({ id }) => id);
}

/** Minutes are those of one VM each; one attempt for each version. */
export function estimate(count: number, { minutes, price }: { minutes: number; price: number }) {
  const vmMinutes = count * minutes;
  return { versions: count, vmMinutes, cost: Math.round((vmMinutes / 60) * price * 100) / 100 };
}
