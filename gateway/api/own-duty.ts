/** Hours of duty of whoever is logged in, when an admin has said which of the people who are told they are. */
import { z } from 'zod';
import { type OwnDuty, ownDutyChangeSchema, ownDutySchema, type Person } from '../../devices/wire/notify.ts';
import type { People } from '../notify/people.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const config = { access: 'profile' } as const;
const answer = z.object({
  person: ownDutySchema.nullable().describe('null: this user is nobody who is told of alerts'),
});

export function ownDutyRoutes(app: Api, people: Pick<People, 'ofUser' | 'put'>): void {
  const shown = (person: Person | null): { person: OwnDuty | null } => {
    if (person === null) return { person };
    const { id, name, channels, duty, enabled } = person;
    return { person: { id, name, channels, ...(duty && { duty }), enabled } };
  };

  app.get(
    '/api/v1/profile/duty',
    { config, schema: { response: { 200: answer }, summary: "One's own hours of duty and channels" } },
    async (request) => shown(people.ofUser(sessionOf(request).name)),
  );
  app.put(
    '/api/v1/profile/duty',
    {
      config,
      schema: {
        body: ownDutyChangeSchema,
        response: { 200: answer },
        summary: "Set one's own hours of duty",
      },
    },
    async (request) => {
      const { name } = sessionOf(request);
      const { duty } = request.body;
      const person = people.ofUser(name);
      if (person === null)
        throw new Problem(404, `user ${name} is nobody who is told of alerts: an admin adds people`);
      const { duty: _before, ...rest } = person;
      people.put({ ...rest, ...(duty !== null && { duty }) });
      return shown(people.ofUser(name));
    },
  );
}
