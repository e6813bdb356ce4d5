import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { theApp } from '../shared/app.ts';

/**
 * HTTP → shared/api. Anonymous for the platform: App Service authentication says who calls, and the API asks for a
 * role, so that no function key has to be kept anywhere.
 */
app.http('httpApi', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: '{*path}',
  handler: async (request: HttpRequest): Promise<HttpResponseInit> => {
    const headers = Object.fromEntries(request.headers.entries());
    const response = await theApp().fetch(new Request(request.url, { method: request.method, headers }));
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  },
});
