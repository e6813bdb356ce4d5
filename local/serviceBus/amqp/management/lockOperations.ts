import rhea from 'rhea';
import { z } from 'zod';
import { tokenFromUuid } from '../../codec/lockToken.ts';
import type { Operation } from './operation.ts';
import { queueOf } from './queueOf.ts';
import { fields, parseBody } from './requestFields.ts';

const renewSchema = z.object({ 'lock-tokens': fields.lockTokens });
const timestampCode = 0x83;

export const lockOperations: Record<string, Operation> = {
  'com.microsoft:renew-lock': (call) => {
    const tokens = parseBody(renewSchema, call.body)['lock-tokens'].map(tokenFromUuid);
    const queue = queueOf(call);
    const expirations = tokens.map((token) => queue.renew(token));
    return { statusCode: 200, body: { expirations: rhea.types.wrap_array(expirations, timestampCode, undefined) } };
  },
};
