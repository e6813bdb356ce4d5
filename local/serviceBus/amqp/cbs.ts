import type { Access, Rights } from '../access/access.ts';
import type { Request, Response } from './requestLink.ts';

/** Claims-based security: a token is put, and what its bearer may do holds for the whole connection. */
export async function putToken(
  { operation, body }: Request,
  access: Access,
  onRights: (rights: Rights) => void,
): Promise<Response & { condition?: string }> {
  if (operation !== 'put-token') return { statusCode: 400, statusDescription: `Unknown operation '${operation}'.` };
  const judged = await access.judge(String(body ?? ''));
  if ('refused' in judged)
    return { statusCode: 401, statusDescription: judged.refused, condition: 'amqp:unauthorized-access' };
  if ('unavailable' in judged)
    return { statusCode: 503, statusDescription: judged.unavailable, condition: 'com.microsoft:server-busy' };
  onRights(judged.rights);
  return { statusCode: 202, statusDescription: 'Accepted' };
}
