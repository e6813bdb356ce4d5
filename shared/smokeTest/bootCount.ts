import type { SerialFinding } from './serialFinding.ts';

const kernelStart = /^Linux version \d+\.\d/;
/** What every restart says at its end (kernel/reboot.c, drivers/acpi/sleep.c, drivers/scsi/sd.c, systemd-shutdown). */
const kernelEnd =
  /^reboot: (?:Restarting system|machine restart)|^ACPI: (?:PM: )?Preparing to enter system sleep state|^sd \S{1,20} \[\w+\] (?:Synchronizing|Stopping)|^systemd-shutdown\[1\]: |^systemd\[1\]: Shutting down\./;
/** A console that takes over from the early one can repeat what that had shown, up to its own start. */
const repeatedSeconds = 2;

interface Place {
  text: string;
  number: number;
}

/** Follows the boots in a serial log, line by line. */
export class BootCount {
  readonly #expected: number;
  /** Where each boot begins. */
  readonly #starts: Place[] = [];
  /** The last line of a boot that another followed, before the kernel's own about the restart. */
  #lastWords: Place | undefined;
  #current: Place | undefined;
  #isGoingDown = false;
  #lastAt = 0;
  /** By the kernel's clock, in whole seconds; undefined where it has written no time. */
  #ranFor: number | undefined;
  #longest: number | undefined;

  constructor(expected: number) {
    this.#expected = expected;
  }

  /** The line number of the last start, or of its repetition; 0 before there is one. */
  get lastAt(): number {
    return this.#lastAt;
  }

  read(text: string, number: number, seconds: number | undefined): void {
    if (kernelStart.test(text)) this.#start({ text, number });
    else if (kernelEnd.test(text)) this.#isGoingDown = true;
    else if (!this.#isGoingDown) this.#current = { text, number };
    if (seconds !== undefined) this.#ranFor = seconds;
  }

  /** One boot more than expected is worth a look, two more are a loop. */
  findings(): SerialFinding[] {
    const [once, again] = this.#starts.slice(this.#expected);
    const warning: SerialFinding[] = once
      ? [{ kind: 'unexpected restart', severity: 'warning', line: once.text, lineNumber: once.number }]
      : [];
    if (!again) return warning;
    const atMost = this.#longest === undefined ? '' : `, each up for less than ${this.#longest + 1} s`;
    const line = this.#lastWords?.text ?? again.text;
    const more = `${this.#starts.length} boots${atMost}; ${this.#lastWords ? 'the last words before a restart: ' : ''}`;
    return [...warning, { kind: 'boot loop', severity: 'fatal', line, lineNumber: again.number, more }];
  }

  #start(place: Place): void {
    const isRepeated = !this.#isGoingDown && this.#ranFor !== undefined && this.#ranFor < repeatedSeconds;
    if (this.#starts.length > 0 && !isRepeated) {
      this.#lastWords = this.#current ?? this.#lastWords;
      if (this.#ranFor !== undefined) this.#longest = Math.max(this.#longest ?? 0, this.#ranFor);
    }
    if (!isRepeated) this.#starts.push(place);
    this.#lastAt = place.number;
    this.#current = undefined;
    this.#isGoingDown = false;
    this.#ranFor = undefined;
  }
}
