/** Users, as admins see and change them. */
import { z } from 'zod';
import {
  newUserAnswerSchema,
  newUserSchema,
  passwordSetAnswerSchema,
  passwordSetSchema,
  sessionRowSchema,
  type User,
  userChangeSchema,
  userSchema,
} from '../../devices/wire/users.ts';
import type { Accounts } from '../accounts.ts';
import { randomToken } from '../password.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const params = z.object({
  name: z
    .string()
    .max(200)
    .overwrite((name) => name.normalize('NFC')),
});
const read = { access: 'users.read' } as const;
const write = { access: 'users.write' } as const;

/** Faults of accounts (AccountFault) become problems in the error handler. */
export function userRoutes(app: Api, { accounts }: { readonly accounts: Accounts }): void {
  const find = (name: string): User => {
    const found = accounts.profile(name);
    if (found === null) throw new Problem(404, `there is no user "${name}"`);
    return found;
  };

  app.get(
    '/api/v1/users',
    {
      config: read,
      schema: { response: { 200: z.object({ users: z.array(userSchema) }) }, summary: 'Users' },
    },
    async () => ({ users: accounts.users() }),
  );
  app.post(
    '/api/v1/users',
    {
      config: write,
      schema: { body: newUserSchema, response: { 201: newUserAnswerSchema }, summary: 'Add a user' },
    },
    async ({ body: { name, role, areas, password } }, reply) => {
      const made = password === undefined ? randomToken() : null;
      await accounts.addUser(name, { role, areas, password: password ?? made });
      return reply.code(201).send({ ...find(name), password: made });
    },
  );
  app.patch(
    '/api/v1/users/:name',
    {
      config: write,
      schema: {
        params,
        body: userChangeSchema,
        response: { 200: userSchema },
        summary: 'Give a user another role or other areas, at once',
      },
    },
    async ({ params: { name }, body }) => {
      accounts.changeUser(name, body);
      return find(name);
    },
  );
  app.delete(
    '/api/v1/users/:name',
    { config: write, schema: { params, summary: 'Remove a user with all sessions and tokens' } },
    async ({ params: { name } }, reply) => {
      accounts.removeUser(name);
      return reply.code(204).send();
    },
  );
  app.post(
    '/api/v1/users/:name/password',
    {
      config: write,
      schema: {
        params,
        body: passwordSetSchema,
        response: { 200: passwordSetAnswerSchema },
        summary: 'Give a user a new password, which ends their sessions',
      },
    },
    async ({ params: { name }, body: { password } }) => {
      const made = password === undefined ? randomToken() : null;
      await accounts.setPassword(name, password ?? made ?? '');
      return { password: made };
    },
  );
  app.get(
    '/api/v1/users/:name/sessions',
    {
      config: read,
      schema: {
        params,
        response: { 200: z.object({ sessions: z.array(sessionRowSchema) }) },
        summary: 'Sessions of a user',
      },
    },
    async ({ params: { name }, credential }) => ({
      sessions: accounts.sessions(find(name).name, credential),
    }),
  );
  app.delete(
    '/api/v1/users/:name/sessions',
    { config: write, schema: { params, summary: 'End all sessions of a user' } },
    async ({ params: { name } }, reply) => {
      accounts.endSessions(find(name).name, null);
      return reply.code(204).send();
    },
  );
}
