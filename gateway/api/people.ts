/** People who are told of alerts, the plans that say who, and the browsers that a person is told by. */
import { z } from 'zod';
import {
  type Person,
  type Plan,
  personBodySchema,
  personSchema,
  planBodySchema,
  planSchema,
  pushSubscriptionSchema,
} from '../../devices/wire/notify.ts';
import { nameSchema } from '../../devices/word.ts';
import type { Catalog } from '../catalog.ts';
import { Undeliverable } from '../notify/channel.ts';
import type { Notices } from '../notify/notices.ts';
import { MOST_PEOPLE } from '../notify/people.ts';
import { MOST_PLANS } from '../notify/plans.ts';
import { sessionOf } from './auth.ts';
import { ownDutyRoutes } from './own-duty.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface PeopleParts {
  readonly notices: Notices;
  readonly catalog: Pick<Catalog, 'get'>;
  /** null: the settings have no web push. */
  readonly push: {
    readonly publicKey: string;
    /** Throws Undeliverable when messages to this subscription would not be sent. */
    check(subscription: unknown): void;
  } | null;
}

const config = { access: 'notices' } as const;
const own = { config: { access: 'push' } } as const;
const params = z.object({ id: nameSchema });

export function peopleRoutes(app: Api, { notices, catalog, push }: PeopleParts): void {
  const { people } = notices;
  personRoutes(app, notices);
  planRoutes(app, notices, catalog);
  ownDutyRoutes(app, people);

  const webPush = (): NonNullable<PeopleParts['push']> => {
    if (push === null)
      throw new Problem(404, 'there is no web push: notify.channels in the settings has none');
    return push;
  };
  app.get(
    '/api/v1/push/key',
    {
      ...own,
      schema: {
        response: { 200: z.object({ key: z.string().describe('public VAPID key, base64url') }) },
        summary: 'The key with which a browser subscribes for web push (RFC 8292)',
      },
    },
    async () => ({ key: webPush().publicKey }),
  );

  const personOf = (user: string): Person => {
    const found = people.ofUser(user);
    if (found === null)
      throw new Problem(403, `user ${user} is nobody who is told of alerts: an admin adds people`);
    return found;
  };
  app.post(
    '/api/v1/push/subscriptions',
    {
      ...own,
      schema: { body: pushSubscriptionSchema, summary: 'Tell the logged-in person by this browser' },
    },
    async (request, reply) => {
      const { id } = personOf(sessionOf(request).name);
      try {
        webPush().check(request.body);
      } catch (error) {
        throw error instanceof Undeliverable ? new Problem(400, error.message) : error;
      }
      people.subscribe(id, request.body);
      return reply.code(204).send();
    },
  );
  app.delete(
    '/api/v1/push/subscriptions',
    {
      ...own,
      schema: {
        body: pushSubscriptionSchema.pick({ endpoint: true }),
        summary: 'Tell the logged-in person by this browser no more',
      },
    },
    async (request, reply) => {
      if (!people.unsubscribe(personOf(sessionOf(request).name).id, request.body.endpoint))
        throw new Problem(404, 'there is no such subscription');
      return reply.code(204).send();
    },
  );
}

function personRoutes(app: Api, { people, plans }: Notices): void {
  const find = (id: string): Person => {
    const found = people.get(id);
    if (found === null) throw new Problem(404, `there is no person "${id}"`);
    return found;
  };
  app.get(
    '/api/v1/people',
    {
      config,
      schema: {
        response: { 200: z.object({ people: z.array(personSchema) }) },
        summary: 'People who are told of alerts, with their numbers and addresses',
      },
    },
    async () => ({ people: people.all() }),
  );
  app.get(
    '/api/v1/people/:id',
    { config, schema: { params, response: { 200: personSchema }, summary: 'One person' } },
    async ({ params: { id } }) => find(id),
  );
  app.put(
    '/api/v1/people/:id',
    {
      config,
      schema: {
        params,
        body: personBodySchema,
        response: { 200: personSchema },
        summary: 'Add or change a person',
      },
    },
    async ({ params: { id }, body }) => {
      const { user } = body;
      const other = user === undefined ? null : people.ofUser(user);
      if (other !== null && other.id !== id)
        throw new Problem(409, `user ${user} belongs to person "${other.id}" already`);
      if (people.get(id) === null && people.all().length >= MOST_PEOPLE)
        throw new Problem(409, `there are ${MOST_PEOPLE} people already`);
      people.put({ id, ...body });
      return find(id);
    },
  );
  app.delete(
    '/api/v1/people/:id',
    { config, schema: { params, summary: 'Remove a person whom no plan names' } },
    async ({ params: { id } }, reply) => {
      const plan = plans.all().find(({ steps }) => steps.some((step) => step.people.includes(id)));
      if (plan) throw new Problem(409, `plan "${plan.id}" names person "${id}"`);
      if (!people.remove(id)) throw new Problem(404, `there is no person "${id}"`);
      return reply.code(204).send();
    },
  );
}

function planRoutes(app: Api, notices: Notices, catalog: PeopleParts['catalog']): void {
  const { people, plans } = notices;
  const find = (id: string): Plan => {
    const found = plans.get(id);
    if (found === null) throw new Problem(404, `there is no plan "${id}"`);
    return found;
  };
  app.get(
    '/api/v1/notice-plans',
    {
      config,
      schema: {
        response: { 200: z.object({ plans: z.array(planSchema) }) },
        summary: 'Who is told of which alerts, and who next when nobody acknowledges',
      },
    },
    async () => ({ plans: [...plans.all()] }),
  );
  app.get(
    '/api/v1/notice-plans/:id',
    { config, schema: { params, response: { 200: planSchema }, summary: 'One plan' } },
    async ({ params: { id } }) => find(id),
  );
  app.put(
    '/api/v1/notice-plans/:id',
    {
      config,
      schema: {
        params,
        body: planBodySchema,
        response: { 200: planSchema },
        summary: 'Add or change a plan; it is about alerts that stand, too',
      },
    },
    async ({ params: { id }, body }) => {
      const unknown = body.steps.flatMap((step) => step.people).find((person) => people.get(person) === null);
      if (unknown !== undefined) throw new Problem(400, `steps: there is no person "${unknown}"`);
      const nowhere = body.steps.flatMap((step) => step.sirens).find((id) => catalog.get(id) === undefined);
      if (nowhere !== undefined) throw new Problem(400, `steps: there is no station "${nowhere}"`);
      if (plans.get(id) === null && plans.all().length >= MOST_PLANS)
        throw new Problem(409, `there are ${MOST_PLANS} plans already`);
      notices.putPlan({ id, ...body });
      return find(id);
    },
  );
  app.delete(
    '/api/v1/notice-plans/:id',
    { config, schema: { params, summary: 'Remove a plan: nobody is told by it any more' } },
    async ({ params: { id } }, reply) => {
      if (!plans.remove(id)) throw new Problem(404, `there is no plan "${id}"`);
      return reply.code(204).send();
    },
  );
}
