const mostKept = 500;

/**
 * Makes the client of a blob once, not for each request, of whose time in the SDK that is a tenth. A client knows where its
 * blob is and nothing of what is in it.
 */
export function keptClients<C>(make: (name: string) => C): (name: string) => C {
  const kept = new Map<string, C>();
  return (name) => {
    const known = kept.get(name);
    if (known) return known;
    if (kept.size >= mostKept) kept.clear();
    const client = make(name);
    kept.set(name, client);
    return client;
  };
}
