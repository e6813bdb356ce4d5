import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import roles from '../../infra/roles.json' with { type: 'json' };
import { ensureCertificates } from '../../local/certificates.ts';
import { stories, storyId } from '../../local/demo/stories.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { parseTraceparent } from '../../shared/domain/traceContext.ts';
import { armAction } from '../infra/armAction.ts';
import { type Ingestion, startIngestion } from '../shared/azure/startIngestion.ts';
import { announcedByLogs } from './announcedByLogs.ts';
import { publishUnder } from './publishUnder.ts';
import { startTestStack } from './testStack.ts';

describe('where Event Grid cannot reach the app', () => {
  let stack: Stack;
  let insights: Ingestion;
  beforeAll(async () => {
    // It listens before the app is told where; both take their certificates from the folder of the stack.
    const folder = resolve('.local/private-network');
    await rm(folder, { recursive: true, force: true });
    insights = await startIngestion(await ensureCertificates(join(folder, 'certificates')));
    stack = await startTestStack('private-network', {
      privateNetwork: true,
      keep: true,
      appSettings: {
        // Too late for the test: what is found is found by events.
        IMPRIMATUR_SWEEP_SCHEDULE: '0 0 0 1 1 *',
        APPLICATIONINSIGHTS_CONNECTION_STRING: insights.connectionString,
        // The exporter's own report on itself goes elsewhere.
        APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
      },
    });
  }, 180_000);
  afterAll(async () => {
    await stack?.stop();
    insights?.stop();
  });

  it('events that are delivered to the queue lead to the same end', async () => {
    await publishUnder(stack, []);
  }, 420_000);

  it('one trace tells of a publication from its detection to its announcements, with every service that was called', async () => {
    const [story] = stories.filter(({ expected }) => expected === 'published');
    const published = (await announcedByLogs(stack)).find(
      ({ subject, type }) =>
        story && subject === storyId({ ...story, version: '1.0.0' }) && type.includes('.published.'),
    );
    const { traceId } = parseTraceparent(published?.traceparent ?? '') ?? {};
    const trace = () => insights.spans().filter(({ tags }) => tags['ai.operation.id'] === traceId);
    const names = () => trace().map(({ data }) => data.baseData.name);

    await vi.waitFor(
      () =>
        expect(names()).toEqual(expect.arrayContaining(['versionDetected', 'verdictReached', 'published', 'message'])),
      90_000,
    );

    const targets = trace().map(({ data }) => data.baseData.target ?? '');
    const { arm, blob } = stack.endpoints;
    for (const endpoint of [arm, blob])
      expect(targets.filter((at) => at.includes(new URL(endpoint).host))).not.toEqual([]);
    expect(names().some((name) => name.startsWith('PUT ') && name.includes('/virtualMachines/imp-'))).toBe(true);
    // A step says which invocation did it, and that was woken by a message with the context of who sent it.
    const steps = trace().filter(({ data }) => data.baseData.name === 'step');
    const woken = insights.spans().filter(({ data }) => data.baseData.name === 'message');
    const causes = new Set(woken.map(({ tags }) => tags['ai.operation.id'] ?? ''));
    expect(
      steps.some(({ data }) => [...causes].some((id) => data.baseData.properties['_MS.links']?.includes(id))),
    ).toBe(true);
  }, 120_000);

  it('every action that it asked of Resource Manager is in its custom roles', () => {
    const { host } = new URL(stack.endpoints.arm);
    const calls = insights.spans().map(({ data }) => data.baseData);
    const asked = calls.filter(({ target }) => target?.includes(host)).map(({ name }) => name.split(' '));

    const actions = [...new Set(asked.map(([method = '', path = '']) => armAction(method, path)))];
    expect(actions).toEqual(expect.arrayContaining(['Microsoft.Compute/galleries/images/versions/write']));
    const held: string[] = Object.values(roles).flatMap(({ called }) => called);
    expect(actions.filter((action) => !held.includes(action))).toEqual([]);
  });

  it('metrics count its outcome and the minutes of its VM', async () => {
    const values = (name: string) =>
      insights.received
        .flatMap(({ envelopes }) => envelopes.map(({ data }) => data.baseData))
        .filter(({ metrics }) => metrics?.some((metric) => metric.name === name));

    await vi.waitFor(() => {
      const outcomes = values('imprimatur.versions').map(({ properties }) => properties.outcome);
      expect(new Set(outcomes)).toEqual(new Set(stories.map(({ expected }) => expected)));
      expect(values('imprimatur.vm').map(({ properties }) => properties.vmSize)).toContain('Standard_D2s_v5');
      expect(values('imprimatur.publication.vm')).not.toEqual([]);
    }, 90_000);
  }, 120_000);

  it('nothing that is told holds what opens something', async () => {
    const text = JSON.stringify(insights.received.flatMap(({ envelopes }) => envelopes));

    expect(text).not.toMatch(/[?&]sig=(?!REDACTED|\(redacted\))|SharedAccessKey=(?!\(redacted\))|\beyJ[\w-]{8,}\./i);
  });
});
