const bytesBetween = 4 * 1024 * 1024;

/**
 * The same parts; garbage is collected as they pass, where the process may (--expose-gc). What they are made of lies outside
 * of V8's heap, by whose growth alone it would collect: the faster the service answers, the more of them would wait.
 */
export async function* collecting(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let passed = 0;
  for await (const part of parts) {
    yield part;
    passed += part.length;
    if (passed < bytesBetween) continue;
    passed = 0;
    globalThis.gc?.();
  }
}
