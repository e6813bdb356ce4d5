import { OpenAPIHono, z } from '@hono/zod-openapi';
import { summariseReport } from '../domain/answers/reportSummary.ts';
import type { FactOf } from '../domain/facts.ts';
import { definitionKey, shortHash } from '../domain/ids.ts';
import type { Ports } from '../ports.ts';
import type { WhyForeign } from '../workflow/whyForeign.ts';
import { changeHeaders, teamRole } from './access.ts';
import { json, operation, problems } from './operation.ts';
import { ProblemError } from './problem.ts';
import type { rateLimit } from './rateLimit.ts';
import { readImage } from './readImage.ts';
import { type RequestPorts, submitRequest } from './submitRequest.ts';
import { noTeam, requireOwn, teamPath } from './teamAccess.ts';
import { validated } from './validated.ts';

export type AnswerPorts = RequestPorts & Pick<Ports, 'evidence'>;
type Evidence = NonNullable<FactOf<'answerRequested'>['evidence']>;

const text = z.string().trim().min(1).max(500);
const body = z.strictObject({
  id: z.string().max(1_000).openapi({ description: 'Resource id of the image version.' }),
  answer: z.enum(['approve', 'veto', 'abstain']),
  reason: text,
  link: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .max(500)
    .exactOptional(),
  summary: text.exactOptional(),
  report: z
    .strictObject({ format: z.enum(['junit', 'sarif']), content: z.string().min(1).max(900_000) })
    .exactOptional(),
});
type Answer = z.infer<typeof body>;

/** Teams whose answer the policy asks for say whether a candidate may be published: with their own token only. */
export function answerRoutes(
  ports: AnswerPorts,
  limit: ReturnType<typeof rateLimit>,
  foreign: WhyForeign,
): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: validated });
  routes.openapi(
    operation([teamRole], limit, {
      method: 'post',
      path: '/teams/{team}/answers',
      operationId: 'answerCandidate',
      tags: ['teams'],
      summary: 'Approves, vetoes or abstains on a candidate, as a team that the policy asks.',
      request: {
        params: teamPath,
        headers: changeHeaders,
        body: { required: true, content: { 'application/json': { schema: body } } },
      },
      responses: {
        202: json(z.object({ request: z.string(), location: z.string() }), 'It is in the log; look at its location.'),
        ...problems(404, 409, 422),
      },
    }),
    async (context) => {
      const { team } = context.req.valid('param');
      const given = context.req.valid('json');
      // An operator answers for no team: it approves and vetoes in its own name.
      const { wanted } = await requireOwn(ports, context, team, []);
      if (!wanted) throw noTeam(team);
      const { definition, version } = readImage(given.id);
      if (version === undefined) throw new ProblemError(400, 'an answer needs the resource id of an image version');
      const evidence = await keepEvidence(ports, `answers/${definitionKey(definition)}/${version}/${team}`, given);
      const { answer, reason } = given;
      const asked = { type: 'answerRequested', version, answer, reason, team, ...(evidence && { evidence }) } as const;
      const submitted = await submitRequest(ports, foreign, context, definition, asked, given.id);
      return context.json(submitted, 202, { location: submitted.location });
    },
  );
  return routes;
}

/** The report is kept under its own hash, so that sending it again keeps it once. */
async function keepEvidence(
  { evidence }: Pick<Ports, 'evidence'>,
  folder: string,
  { answer, link, summary, report }: Answer,
): Promise<Evidence | undefined> {
  const said = { ...(link !== undefined && { link }), ...(summary !== undefined && { summary }) };
  if (!report) return link === undefined && summary === undefined ? undefined : said;
  const { format, content } = report;
  const read = summariseReport(format, content);
  if (read.kind === 'unreadable') throw new ProblemError(422, `the report cannot be read: ${read.reason}`);
  if (answer === 'approve' && !read.passed)
    throw new ProblemError(422, `the report contradicts the approval: ${read.says}`);
  const name = `${shortHash(20, content)}.${format === 'junit' ? 'xml' : 'sarif.json'}`;
  return { ...said, report: { format, ...(await evidence.save(folder, { name, content })), says: read.says } };
}
