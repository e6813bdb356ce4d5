import { z } from 'zod';
import type { Arm } from '../arm.ts';
import { type ArmRequest, parseBody, type Reply, type Route } from '../request.ts';
import { render } from '../resources.ts';
import { runQuery } from './runQuery.ts';

const queryBody = z.looseObject({
  query: z.string().min(1),
  subscriptions: z.array(z.string()).optional(),
  options: z.looseObject({ resultFormat: z.enum(['table', 'objectArray']).optional() }).optional(),
});

/** Resource Graph answers at once here; in Azure it lags behind by up to some minutes. */
export function resourceGraphRoutes(arm: Arm): Route[] {
  return [
    {
      method: 'POST',
      path: '/providers/microsoft.resourcegraph/resources',
      handle: (request) => query(arm, request),
    },
  ];
}

function query(arm: Arm, request: ArmRequest): Reply {
  const { query: text, options } = parseBody(request, queryBody);
  const { subscriptionId, tenantId } = arm;
  const subscription = { id: `/subscriptions/${subscriptionId}`, type: 'microsoft.resources/subscriptions' };
  const rows = runQuery(text, {
    // Types are lower case in the tables.
    resources: () =>
      arm.resources.inGroup(undefined).map((resource) => {
        const shown = render(resource);
        return { ...shown, type: resource.type.toLowerCase(), subscriptionId, tenantId };
      }),
    // Instances of scale sets, which are not simulated.
    computeresources: () => [],
    resourcecontainers: () => [{ ...subscription, name: 'Local subscription', subscriptionId, tenantId }],
  });
  const columns = Object.keys(rows[0] ?? {});
  const table = {
    columns: columns.map((name) => ({ name, type: 'string' })),
    rows: rows.map((row) => columns.map((name) => row[name])),
  };
  const data = options?.resultFormat === 'table' ? table : rows;
  return {
    status: 200,
    body: { totalRecords: rows.length, count: rows.length, data, facets: [], resultTruncated: 'false' },
  };
}
