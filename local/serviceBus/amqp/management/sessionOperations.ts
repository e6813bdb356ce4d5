import rhea from 'rhea';
import { z } from 'zod';
import { maxMessageBytes } from '../../entity/acceptance.ts';
import { argumentError } from '../../errors.ts';
import type { Operation } from './operation.ts';
import { sessionsOf } from './queueOf.ts';
import { fields, parseBody } from './requestFields.ts';

const sessionSchema = z.object({ 'session-id': fields.sessionId });
const stateSchema = sessionSchema.extend({ 'session-state': fields.bytes.nullish() });
const listSchema = z.object({ 'last-updated-time': z.date().nullish(), skip: z.number(), top: z.number() });
/** The last second that .NET can name stands for "sessions with messages, whenever updated". */
const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59);
const stringCode = 0xb1;

export const sessionOperations: Record<string, Operation> = {
  'com.microsoft:renew-session-lock': (call) => {
    const sessionId = parseBody(sessionSchema, call.body)['session-id'];
    const expiration = sessionsOf(call).renew(sessionId, call.holder);
    return { statusCode: 200, body: { expiration: rhea.types.wrap_timestamp(expiration) } };
  },
  'com.microsoft:get-session-state': (call) => {
    const sessionId = parseBody(sessionSchema, call.body)['session-id'];
    return { statusCode: 200, body: { 'session-state': sessionsOf(call).state(sessionId, call.holder) ?? null } };
  },
  'com.microsoft:set-session-state': (call) => {
    const request = parseBody(stateSchema, call.body);
    const state = request['session-state'] ?? undefined;
    if (state && state.length > maxMessageBytes) {
      throw argumentError(`The session state has ${state.length} bytes; the limit is ${maxMessageBytes}.`);
    }
    sessionsOf(call).setState(request['session-id'], state, call.holder);
    return { statusCode: 200 };
  },
  'com.microsoft:get-message-sessions': (call) => {
    const { skip, top, 'last-updated-time': updated } = parseBody(listSchema, call.body);
    const after = updated && updated.getTime() < endOfTime ? updated.getTime() : undefined;
    const ids = sessionsOf(call)
      .list(after)
      .slice(skip, skip + top);
    if (ids.length === 0) return { statusCode: 204 };
    const body = { skip: rhea.types.wrap_int(skip), 'sessions-ids': rhea.types.wrap_array(ids, stringCode, undefined) };
    return { statusCode: 200, body };
  },
};
