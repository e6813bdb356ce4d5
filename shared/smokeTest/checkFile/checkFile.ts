/** A check file in the goss format, parsed: what is looked at in the guest, how, and what is asserted of it. */
export interface CheckFile {
  checks: Check[];
}

export type CheckType =
  | 'addr'
  | 'command'
  | 'dns'
  | 'file'
  | 'group'
  | 'http'
  | 'interface'
  | 'kernel-param'
  | 'matching'
  | 'mount'
  | 'package'
  | 'port'
  | 'process'
  | 'service'
  | 'user';

/** One resource of the file with all that is asserted of it. */
export interface Check {
  type: CheckType;
  /** The key in the file. */
  id: string;
  title?: string;
  skip: boolean;
  timeoutMs: number;
  /** Further tries when the first did not hold; an extension of the goss format. */
  retries: number;
  /** From `meta.known-issue`: reported, and not gating until the date has passed. */
  knownIssue?: KnownIssue;
  /** What is looked at, and how (`exec`, `path`, `url`, `request-headers` …); the key where the format falls back to it. */
  settings: Record<string, Setting>;
  assertions: Assertion[];
  /** Of a `matching` check alone: what its assertion is judged on, without the guest. */
  content?: Content;
  at: Place;
}

/** Data as it stands in the file. */
export type Content = string | number | boolean | null | Content[] | { [key: string]: Content };

export interface KnownIssue {
  ticket: string;
  /** The last day on which it is tolerated, `2026-12-01`. */
  expires: string;
}

export interface Place {
  file: string;
  /** From 1. */
  line: number;
}

export type Setting = string | number | boolean | string[];

/** One expectation of one attribute. Each pattern of a `contents`, `stdout`, `body` list is an assertion of its own. */
export interface Assertion {
  attribute: string;
  matcher: Matcher;
}

/** What the guest says of an attribute; a text of many lines is a string. */
export type FactValue = string | number | boolean | string[];

export type Matcher =
  | { match: 'equal'; value: string | number | boolean }
  /** Any line contains the text; negated: none does. */
  | { match: 'line'; text: string; negated: boolean }
  /** Any line matches; the pattern is Go's (RE2). Negated: none does. */
  | { match: 'lineRegexp'; pattern: string; negated: boolean }
  | { match: 'havePrefix' | 'haveSuffix' | 'containSubstring'; text: string }
  | { match: 'matchRegexp'; pattern: string }
  | { match: 'haveLen'; length: number }
  | { match: 'gt' | 'ge' | 'lt' | 'le'; than: number }
  | { match: 'semverConstraint'; constraint: string }
  /** A map has a key for which the matcher holds; only in `matching`. */
  | { match: 'haveKey'; key: Matcher }
  /** The text is JSON, and for what stands at each of the paths its matcher holds. */
  | { match: 'gjson'; values: { path: string; matcher: Matcher }[] }
  /** Equal in type and value, all the way down; from `equal` on lists and in `matching`. */
  | { match: 'identical'; value: Content }
  | { match: 'containElement'; element: Matcher }
  | { match: 'containElements' | 'consistOf'; elements: Matcher[] }
  | { match: 'and' | 'or'; matchers: Matcher[] }
  | { match: 'not'; matcher: Matcher };

/** What the guest answered to one assertion. */
export type GuestFact =
  /** Compared in the guest; the value, bounded, is there for the reason. */
  | { kind: 'matches' | 'differs'; value?: FactValue }
  /** To be judged here; `cut` when it is only the beginning of the value. */
  | { kind: 'value'; value: FactValue; cut: boolean }
  /** Neither: the tool is missing in the guest, it took too long, or the value did not reach us. */
  | { kind: 'unknown'; reason: string };

/** What the guest answered to one check: a fact for each of its assertions. */
export interface CheckAnswer {
  /** How often it was looked at: 1, or more where the check has `retries` and did not hold at first. */
  tries: number;
  facts: GuestFact[];
}
