/** What belongs to whoever is logged in: language, password, sessions. */
import { z } from 'zod';
import type { Attempts } from '../../devices/kit/attempts.ts';
import {
  ownPasswordSchema,
  type Profile,
  profileChangeSchema,
  profileSchema,
  sessionRowSchema,
} from '../../devices/wire/users.ts';
import type { Accounts } from '../accounts.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';
import { tryAs } from './try.ts';

export interface ProfileParts {
  readonly accounts: Accounts;
  readonly attempts: Attempts;
}

const profile = { access: 'profile' } as const;
const sessions = { access: 'sessions' } as const;

export function profileRoutes(app: Api, { accounts, attempts }: ProfileParts): void {
  const find = (name: string): Profile => {
    const found = accounts.profile(name);
    if (found === null) throw new Problem(404, `there is no user "${name}"`);
    return found;
  };

  app.get(
    '/api/v1/profile',
    { config: profile, schema: { response: { 200: profileSchema }, summary: "One's own profile" } },
    async (request) => find(sessionOf(request).name),
  );
  app.patch(
    '/api/v1/profile',
    {
      config: profile,
      schema: {
        body: profileChangeSchema,
        response: { 200: profileSchema },
        summary: 'Choose the language of the screens',
      },
    },
    async (request) => {
      const { name } = sessionOf(request);
      accounts.setLanguage(name, request.body.language);
      return find(name);
    },
  );
  app.post(
    '/api/v1/profile/password',
    {
      config: profile,
      schema: {
        body: ownPasswordSchema,
        summary: "Change one's own password, which ends all other sessions",
      },
    },
    async (request, reply) => {
      const { name } = sessionOf(request);
      const { old, new: wanted } = request.body;
      const user = await tryAs(attempts, name, request, reply, () => accounts.checkUser(name, old));
      if (user === null) throw new Problem(403, 'the old password is wrong');
      await accounts.setPassword(name, wanted, request.credential ?? undefined);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/v1/profile/sessions',
    {
      config: sessions,
      schema: {
        response: { 200: z.object({ sessions: z.array(sessionRowSchema) }) },
        summary: "One's own sessions",
      },
    },
    async (request) => ({ sessions: accounts.sessions(sessionOf(request).name, request.credential) }),
  );
  app.delete(
    '/api/v1/profile/sessions',
    { config: sessions, schema: { summary: "End all of one's sessions, this one too" } },
    async (request, reply) => {
      accounts.endSessions(sessionOf(request).name, null);
      return reply.code(204).send();
    },
  );
  app.delete(
    '/api/v1/profile/sessions/:id',
    {
      config: sessions,
      schema: { params: z.object({ id: z.string().max(40) }), summary: "End one of one's sessions" },
    },
    async (request, reply) => {
      if (!accounts.revoke(sessionOf(request).name, 'session', request.params.id))
        throw new Problem(404, 'there is no such session');
      return reply.code(204).send();
    },
  );
}
