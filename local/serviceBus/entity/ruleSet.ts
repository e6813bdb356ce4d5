import type { Content } from '../codec/content.ts';
import { BrokerError } from '../errors.ts';
import { FilterEvaluationError } from '../filters/evaluate.ts';
import { compileRule, type Rule, type RuleDescription } from '../filters/rule.ts';
import { viewOfContent } from '../filters/viewOfContent.ts';
import type { JournalRecord, Recorder } from './records.ts';

/** The rules of one subscription. */
export class RuleSet {
  readonly #path: string;
  readonly #recorder: Recorder;
  #rules: Map<string, Rule>;
  #changed = false;

  constructor(path: string, initial: RuleDescription[], recorder: Recorder) {
    this.#path = path;
    this.#recorder = recorder;
    this.#rules = compileAll(initial);
  }

  list(): RuleDescription[] {
    return [...this.#rules.values()].map(({ description }) => description);
  }

  add(description: RuleDescription): void {
    const key = description.name.toLowerCase();
    if (this.#rules.has(key)) {
      const reason = `A rule with the name '${description.name}' exists already.`;
      throw new BrokerError('com.microsoft:entity-already-exists', reason);
    }
    this.#rules.set(key, compileRule(description));
    this.#write();
  }

  /** Adds the rule, or puts it in the place of the one of that name. */
  put(description: RuleDescription): void {
    this.#rules.set(description.name.toLowerCase(), compileRule(description));
    this.#write();
  }

  remove(name: string): void {
    if (!this.#rules.delete(name.toLowerCase())) {
      throw new BrokerError('amqp:not-found', `There is no rule with the name '${name}'.`);
    }
    this.#write();
  }

  /** The copies of a message that the subscription gets: one for each matching action, one for all without. */
  select(content: Content, now: number): { copies: Content[] } | { failure: string } {
    try {
      const view = viewOfContent(content, now);
      const matching = [...this.#rules.values()].filter((rule) => rule.matches(view));
      const plain = matching.some((rule) => !rule.act) ? [content] : [];
      return { copies: [...plain, ...matching.flatMap((rule) => (rule.act ? [rule.act(content, now)] : []))] };
    } catch (error) {
      // A broker error here is a property whose bytes are no value.
      if (error instanceof FilterEvaluationError || error instanceof BrokerError) return { failure: error.message };
      throw error;
    }
  }

  restore(rules: RuleDescription[]): void {
    this.#rules = compileAll(rules);
    this.#changed = true;
  }

  /** Rules changed over the wire outlive a restart; others follow the configuration. */
  *snapshot(): Iterable<JournalRecord> {
    if (this.#changed) yield { op: 'rules', entity: this.#path, rules: this.list() };
  }

  #write(): void {
    this.#changed = true;
    this.#recorder.append({ op: 'rules', entity: this.#path, rules: this.list() });
  }
}

function compileAll(rules: RuleDescription[]): Map<string, Rule> {
  return new Map(rules.map((description) => [description.name.toLowerCase(), compileRule(description)]));
}
