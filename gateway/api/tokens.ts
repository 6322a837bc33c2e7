/** API tokens for scripts: one's own, and for admins those of others. Only a login in the browser issues and revokes them. */
import { z } from 'zod';
import { newTokenAnswerSchema, newTokenSchema, tokenSchema } from '../../devices/wire/users.ts';
import type { Accounts } from '../accounts.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const own = { access: 'tokens.own' } as const;
const any = { access: 'tokens.any' } as const;
const tokensSchema = z.object({ tokens: z.array(tokenSchema) });
const id = z.string().max(40);
const name = z
  .string()
  .max(200)
  .overwrite((text) => text.normalize('NFC'));

export function tokenRoutes(app: Api, { accounts }: { readonly accounts: Accounts }): void {
  const revoke = (user: string, token: string): void => {
    if (!accounts.revoke(user, 'token', token))
      throw new Problem(404, `user ${user} has no token "${token}"`);
  };

  app.get(
    '/api/v1/tokens',
    { config: own, schema: { response: { 200: tokensSchema }, summary: "One's own API tokens" } },
    async (request) => ({ tokens: accounts.tokens(sessionOf(request).name) }),
  );
  app.post(
    '/api/v1/tokens',
    {
      config: own,
      schema: {
        body: newTokenSchema,
        response: { 201: newTokenAnswerSchema },
        summary: 'Issue an API token, told once: it may do no more than oneself',
      },
    },
    async (request, reply) =>
      reply.code(201).send(accounts.issueToken(sessionOf(request).name, request.body)),
  );
  app.delete(
    '/api/v1/tokens/:id',
    { config: own, schema: { params: z.object({ id }), summary: "Revoke one of one's tokens" } },
    async (request, reply) => {
      revoke(sessionOf(request).name, request.params.id);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/v1/users/:name/tokens',
    {
      config: any,
      schema: {
        params: z.object({ name }),
        response: { 200: tokensSchema },
        summary: 'API tokens of a user',
      },
    },
    async ({ params }) => ({ tokens: accounts.tokens(params.name) }),
  );
  app.delete(
    '/api/v1/users/:name/tokens/:id',
    { config: any, schema: { params: z.object({ name, id }), summary: 'Revoke a token of a user' } },
    async ({ params }, reply) => {
      revoke(params.name, params.id);
      return reply.code(204).send();
    },
  );
}
