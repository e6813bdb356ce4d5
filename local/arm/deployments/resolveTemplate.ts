import { z } from 'zod';
import { ArmError } from '../errors.ts';
import { withoutNulls } from '../json.ts';

const templateResource = z.looseObject({
  apiVersion: z.string(),
  type: z.string(),
  name: z.string(),
  dependsOn: z.array(z.string()).default([]),
});

export const deploymentBody = z.looseObject({
  properties: z.looseObject({
    mode: z.string().optional(),
    template: z.looseObject({
      parameters: z.record(z.string(), z.looseObject({ defaultValue: z.unknown().optional() })).default({}),
      resources: z.array(templateResource),
    }),
    parameters: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).default({}),
  }),
});

export type TemplateResource = z.output<typeof templateResource>;
type DeploymentProperties = z.output<typeof deploymentBody>['properties'];

/** The resources of a template in an order that their dependencies allow, with the parameters filled in. */
export function resolveTemplate({ template, parameters }: DeploymentProperties): TemplateResource[] {
  const value = (name: string) => {
    if (parameters[name]) return parameters[name].value;
    if (template.parameters[name]?.defaultValue !== undefined) return template.parameters[name].defaultValue;
    throw invalidTemplate(`The value for the template parameter '${name}' is not provided.`);
  };
  return inOrder(template.resources.map((resource) => templateResource.parse(withoutNulls(filledIn(resource, value)))));
}

/** Of the expression language only `[parameters('name')]` is known, which is all that the Azure CLI writes. */
function filledIn(node: unknown, parameter: (name: string) => unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => filledIn(item, parameter));
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, filledIn(member, parameter)]));
  }
  if (typeof node !== 'string' || !node.startsWith('[') || node.startsWith('[[')) return node;
  const name = /^\[parameters\('([^']+)'\)\]$/.exec(node)?.[1];
  if (name) return parameter(name);
  throw invalidTemplate(`Unable to process template language expression '${node}': only parameters() is supported.`);
}

function inOrder(resources: TemplateResource[]): TemplateResource[] {
  const ordered: TemplateResource[] = [];
  const waiting = new Set(resources);
  const idOf = ({ type, name }: TemplateResource) => `${type}/${name}`.toLowerCase();
  while (waiting.size > 0) {
    const next = [...waiting].find(({ dependsOn }) =>
      dependsOn.every((id) => ![...waiting].some((other) => id.toLowerCase().endsWith(idOf(other)))),
    );
    if (!next) throw invalidTemplate('Circular dependency detected in the template.');
    waiting.delete(next);
    ordered.push(next);
  }
  return ordered;
}

const invalidTemplate = (message: string) =>
  new ArmError(400, { code: 'InvalidTemplate', message: `Deployment template validation failed: '${message}'.` });
