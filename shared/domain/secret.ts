/** A value that is used and never shown: not by JSON, not by a template string, not by console.log. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '(secret)';
  }

  toJSON(): string {
    return '(secret)';
  }

  /** What `util.inspect`, and with it console.log, asks for. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '(secret)';
  }
}
