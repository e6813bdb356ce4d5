/**
 * The body of an answer that is sent while it is made. Waits for its first part: what cannot be begun is still answered
 * with a problem. A failure later breaks the body off, which no client takes for its end. Parts are asked for as they are
 * taken, and no more once the body is cancelled.
 */
export async function streamed(parts: AsyncGenerator<string>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string> | undefined = await parts.next();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { value, done } = next ?? (await parts.next());
          next = undefined;
          if (done) return controller.close();
          if (value !== '') return controller.enqueue(encoder.encode(value));
        }
      },
      async cancel() {
        await parts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
