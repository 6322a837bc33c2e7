/** How many answers of SensorThings one login may have made at once. */
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { expect, onTestFinished, test } from 'vitest';
import { testStation } from '../../test/support/station.ts';
import type { KnownStation } from '../catalog.ts';
import type { Row } from '../sta/series.ts';
import { type Problem, sendProblem } from './problem.ts';
import type { Api } from './server.ts';
import { staRoutes } from './sta.ts';

const station: KnownStation = {
  ...testStation({ id: 'song-han', parameters: [{ id: 'ph', period_s: 60 }] }),
  edge: 'edge-a',
  parameterIds: new Set(['ph']),
};

test('a login that asks more at once is told to ask again, others are answered', async () => {
  const app: Api = Fastify().withTypeProvider<ZodTypeProvider>();
  onTestFinished(() => app.close());
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _, reply) => sendProblem(reply, (error as Problem).status, String(error)));
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => {
    request.session = { name: String(request.headers.login), role: 'viewer', areas: null };
  });
  const store = Promise.withResolvers<Row[]>();
  let asked = 0;
  const asks = Promise.withResolvers<void>();
  const slow = async (): Promise<Row[]> => {
    asked += 1;
    if (asked === 8) asks.resolve();
    return store.promise;
  };
  staRoutes(app, {
    mqttPort: 1883,
    sta: {
      catalog: { all: () => [station], get: () => station },
      derived: { publishedAt: () => new Set() },
      periods: { of: () => new Map() },
      series: { newest: () => undefined, ascending: slow, descending: slow, count: async () => 0 },
    },
  });
  const ask = (login: string, path: string) =>
    app.inject({ url: `/sta/v1.1/${path}`, headers: { login } }).then(({ statusCode }) => statusCode);

  const waiting = Array.from({ length: 8 }, () => ask('ioc', "Datastreams('song-han:ph')/Observations"));
  await asks.promise;
  expect(await ask('ioc', 'Things')).toBe(429);
  expect(await ask('lan', 'Things')).toBe(200);
  store.resolve([]);
  expect(await Promise.all(waiting)).toEqual(Array(8).fill(200));
  expect(await ask('ioc', 'Things')).toBe(200);
});
