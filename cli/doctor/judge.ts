import { z } from 'zod';
import { type Finding, missing, ok, unknown } from './finding.ts';
import { type Answer, refusalOf } from './resourceManager.ts';

/** Providers that the templates make resources of; a test compares them with infra/resourceTypes.json. */
export const providers = [
  'Microsoft.App',
  'Microsoft.Authorization',
  'Microsoft.Compute',
  'Microsoft.Consumption',
  'Microsoft.EventGrid',
  'Microsoft.Insights',
  'Microsoft.KeyVault',
  'Microsoft.ManagedIdentity',
  'Microsoft.Network',
  'Microsoft.OperationalInsights',
  'Microsoft.Resources',
  'Microsoft.ServiceBus',
  'Microsoft.Storage',
  'Microsoft.Web',
];

const providerList = z.object({ value: z.array(z.object({ namespace: z.string(), registrationState: z.string() })) });
const permissionList = z.object({
  value: z.array(z.object({ actions: z.array(z.string()), notActions: z.array(z.string()).default([]) })),
});
const usageList = z.object({
  value: z.array(z.object({ currentValue: z.number(), limit: z.number(), name: z.object({ value: z.string() }) })),
});
const topicList = z.object({
  value: z.array(z.object({ id: z.string(), properties: z.object({ source: z.string() }) })),
});
const subnetBody = z.object({
  properties: z.object({
    networkSecurityGroup: z.object({ id: z.string() }).optional(),
    natGateway: z.object({ id: z.string() }).optional(),
    routeTable: z.object({ id: z.string() }).optional(),
    defaultOutboundAccess: z.boolean().optional(),
    delegations: z.array(z.object({ properties: z.object({ serviceName: z.string() }) })).default([]),
  }),
});
const restrictions = z.object({
  contentEvaluationResult: z
    .object({
      policyEvaluations: z
        .array(
          z.object({
            evaluationResult: z.string(),
            policyInfo: z.object({ policyAssignmentId: z.string().optional(), policyDefinitionId: z.string() }),
            effectDetails: z.object({ policyEffect: z.string() }).optional(),
          }),
        )
        .default([]),
    })
    .optional(),
});

/** The body when Azure answered as documented, else the finding that it did not. */
export function readAnswer<T>(subject: string, answer: Answer, schema: z.ZodType<T>): T | Finding {
  const { status, body } = answer;
  if (status !== 200) return unknown(subject, `Azure answered ${status}${codeOf(answer)}`);
  const parsed = schema.safeParse(body);
  return parsed.success ? parsed.data : unknown(subject, 'Azure answered in an unexpected form');
}

function codeOf(answer: Answer): string {
  const said = refusalOf(answer);
  return said ? ` ${said.code}` : '';
}

export const isFinding = (value: object): value is Finding => 'level' in value;

export function judgeProviders(answer: Answer): Finding[] {
  const list = readAnswer('resource providers', answer, providerList);
  if (isFinding(list)) return [list];
  const states = new Map(list.value.map((each) => [each.namespace.toLowerCase(), each.registrationState]));
  const absent = providers.filter((name) => states.get(name.toLowerCase()) !== 'Registered');
  if (absent.length === 0) return [ok('resource providers', `all ${providers.length} are registered`)];
  return absent.map((name) =>
    missing('resource providers', `${name} is not registered`, `az provider register --namespace ${name}`),
  );
}

/** `needed` against what Azure says the caller may do at a scope: wildcards as Azure reads them, notActions taken away. */
export function judgeRights(subject: string, answer: Answer, needed: string[], remedy: string): Finding[] {
  const list = readAnswer(subject, answer, permissionList);
  if (isFinding(list)) return [list];
  const may = (action: string) =>
    list.value.some(
      ({ actions, notActions }) =>
        actions.some((pattern) => covers(pattern, action)) && !notActions.some((pattern) => covers(pattern, action)),
    );
  const refused = needed.filter((action) => !may(action));
  if (refused.length === 0) return [ok(subject, 'you have the rights that a deployment needs')];
  return [missing(subject, `you may not ${refused.join(', ')}`, remedy)];
}

/** Wildcards as Azure reads them. */
export function covers(pattern: string, action: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action);
}

/** Of Standard_D2s_v5, which is tried first where the policy names no size. */
const commonFamily = 'standardDSv5Family';

export function judgeQuota(region: string, answer: Answer, coresNeeded: number): Finding[] {
  const subject = `quota in ${region}`;
  const list = readAnswer(subject, answer, usageList);
  if (isFinding(list)) return [list];
  const cores = list.value.find(({ name }) => name.value === 'cores');
  if (!cores) return [unknown(subject, 'Azure says nothing about cores')];
  const family = list.value.find(({ name }) => name.value.toLowerCase() === commonFamily.toLowerCase());
  const limits = [{ ...cores, of: '' }, ...(family ? [{ ...family, of: ` of ${commonFamily}` }] : [])];
  const short = limits.filter(({ limit, currentValue }) => limit - currentValue < coresNeeded);
  if (short.length === 0) return [ok(subject, `${cores.limit - cores.currentValue} cores are free`)];
  return short.map(({ limit, currentValue, of }) =>
    missing(
      subject,
      `${limit - currentValue} cores${of} are free, ${coresNeeded} are needed for one smoke test`,
      'ask for more cores, or test in another region or with another size',
    ),
  );
}

/** Azure allows one system topic for each source. */
export function judgeTopics(subscriptionId: string, ownTopic: string, answer: Answer): Finding[] {
  const list = readAnswer('system topic', answer, topicList);
  if (isFinding(list)) return [list];
  const source = `/subscriptions/${subscriptionId}`.toLowerCase();
  const others = list.value.filter(
    ({ id, properties }) => properties.source.toLowerCase() === source && !id.toLowerCase().endsWith(`/${ownTopic}`),
  );
  if (others.length === 0) return [ok('system topic', 'no other one holds the events of this Azure subscription')];
  return others.map(({ id }) =>
    missing('system topic', `${id} holds the events of this Azure subscription`, 'delete it, or move what hangs on it'),
  );
}

export function judgeGallery(id: string, answer: Answer): Finding[] {
  const { status } = answer;
  if (status === 200) return [ok('gallery', `${id} is there`)];
  if (status === 404) return [missing('gallery', `${id} is not there`, 'check IMPRIMATUR_GALLERIES')];
  return [unknown('gallery', `${id}: Azure answered ${status}${codeOf(answer)}`)];
}

/** A subnet for smoke tests: nobody gets in, VMs get out to Azure, and it belongs to no other service. */
export function judgeSubnet(region: string, answer: Answer): Finding[] {
  const subject = `subnet in ${region}`;
  if (answer.status === 404) return [unknown(subject, 'not there yet: the template makes it')];
  const subnet = readAnswer(subject, answer, subnetBody);
  if (isFinding(subnet)) return [subnet];
  const { networkSecurityGroup, natGateway, routeTable, defaultOutboundAccess, delegations } = subnet.properties;
  const findings: Finding[] = [];
  if (!networkSecurityGroup)
    findings.push(missing(subject, 'it has no network security group', 'deploy the template again'));
  for (const { properties } of delegations)
    findings.push(missing(subject, `it is delegated to ${properties.serviceName}`, 'VMs need one of their own'));
  if (defaultOutboundAccess === false && !natGateway && !routeTable)
    findings.push(missing(subject, 'VMs have no way out, so no run command answers', 'put a NAT gateway on it'));
  return findings.length > 0 ? findings : [ok(subject, 'VMs can live there')];
}

/** Azure Policy on the VM that a smoke test would launch. */
export function judgePolicies(region: string, answer: Answer): Finding[] {
  const subject = `Azure Policy in ${region}`;
  const result = readAnswer(subject, answer, restrictions);
  if (isFinding(result)) return [result];
  const refusals = (result.contentEvaluationResult?.policyEvaluations ?? []).filter(
    ({ evaluationResult, effectDetails }) =>
      evaluationResult === 'NonCompliant' && /^deny/i.test(effectDetails?.policyEffect ?? 'deny'),
  );
  if (refusals.length === 0) return [ok(subject, 'no assignment refuses the VM of a smoke test')];
  return refusals.map(({ policyInfo }) =>
    missing(
      subject,
      `${policyInfo.policyAssignmentId ?? policyInfo.policyDefinitionId} refuses the VM of a smoke test`,
      'exempt the smoke-test resource group',
    ),
  );
}
