import { Hono } from 'hono';
import { type Faults, faultSchema } from './faults.ts';

/** The control endpoint: which faults are set, one more, one or all away. */
export function faultRoutes(faults: Faults): Hono {
  return new Hono()
    .get('/', (c) => c.json(faults.list()))
    .post('/', async (c) => {
      const parsed = faultSchema.safeParse(await c.req.json().catch(() => undefined));
      if (parsed.success) return c.json(faults.add(parsed.data), 201);
      const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      return c.json({ error: `not a fault: ${problems.join('; ')}` }, 400);
    })
    .delete('/:id?', (c) => {
      faults.remove(c.req.param('id'));
      return c.body(null, 204);
    });
}
