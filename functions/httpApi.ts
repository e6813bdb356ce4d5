import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { theApp } from '../shared/theApp.ts';
import { paced } from './connections.ts';

// Answers of a day's length are sent while they are read.
app.setup({ enableHttpStream: true });

/**
 * HTTP → shared/api. Anonymous for the platform: the API itself checks the token of whoever calls and asks for a role, so
 * that no function key has to be kept anywhere.
 */
app.http('httpApi', {
  // Also what no operation has, so that the API says which there are.
  methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'],
  authLevel: 'anonymous',
  route: '{*path}',
  handler: async (request: HttpRequest, { invocationId }: InvocationContext): Promise<HttpResponseInit> => {
    const headers = Object.fromEntries(request.headers.entries());
    const body = ['GET', 'HEAD'].includes(request.method) ? {} : { body: await request.text() };
    const response = await (await theApp()).fetch(
      new Request(request.url, { method: request.method, headers, ...body }),
    );
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      ...(response.body && { body: paced(response.body, invocationId) }),
    };
  },
});
