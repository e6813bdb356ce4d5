/** The port with some of its methods replaced; the others work on as they did. */
export function withMethods<T extends object>(port: T, methods: Partial<T>): T {
  return Object.assign(Object.create(port) as T, methods);
}
