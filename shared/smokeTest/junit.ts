import XmlBuilder from 'fast-xml-builder';
import type { CheckResult, FactOf } from '../domain/facts.ts';
import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';

const builder = new XmlBuilder({ ignoreAttributes: false, format: true });
/** What XML 1.0 cannot hold, not even escaped; guests print such things. */
const unspeakable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** The results of one run as JUnit XML, as build servers read it. */
export function junit(
  { imageVersionId }: IncarnationState,
  { launch }: Attempt,
  { verdict, reason, checks }: FactOf<'smokeTestFinished'>,
): string {
  const count = (...outcomes: CheckResult['outcome'][]) =>
    checks.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const suite = {
    '@_name': clean(imageVersionId),
    '@_tests': checks.length,
    '@_failures': count('failed'),
    '@_errors': count('unknown'),
    '@_skipped': count('skipped', 'knownIssue'),
    properties: {
      property: Object.entries({ verdict, reason, region: launch?.region ?? '', vmSize: launch?.vmSize ?? '' }).map(
        ([name, value]) => ({ '@_name': name, '@_value': clean(value) }),
      ),
    },
    testcase: checks.map((result) => testCase(result, launch?.vmSize ?? 'VM')),
  };
  return builder.build({ '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' }, testsuites: { testsuite: suite } });
}

function testCase({ check, outcome, detail = '' }: CheckResult, className: string) {
  const message = { '@_message': clean(detail) };
  return {
    '@_name': clean(check),
    '@_classname': className,
    ...(outcome === 'failed' && { failure: message }),
    ...(outcome === 'unknown' && { error: message }),
    ...((outcome === 'skipped' || outcome === 'knownIssue') && { skipped: message }),
  };
}

function clean(text: string): string {
  return text.replaceAll(unspeakable, '\uFFFD');
}
