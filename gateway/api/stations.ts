/** Stations, their latest readings and their past. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Level } from '../../devices/limit.ts';
import { isDerived, type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { isStale } from '../../devices/quality.ts';
import {
  type LatestReading,
  latestReadingSchema,
  readingsAnswerSchema,
  type StationAnswer,
  stationAnswerSchema,
} from '../../devices/wire/api.ts';
import { parameterSchema } from '../../devices/word.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import { derivedPeriodS } from '../derive/kinds.ts';
import { type LiveReadings, silentAfterMs } from '../live.ts';
import { type Scope, scopeOf } from '../scope.ts';
import { AGGREGATES, type Store, type StoredReading } from '../store/store.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const STATIONS = { access: 'stations.read' } as const;
const READINGS = { access: 'readings.read' } as const;
const DAY_MS = 86_400_000;
/** A year by the hour, and a week by the minute, of which nothing is cut. */
const MAX_POINTS = 11_000;

export interface StationParts {
  readonly catalog: Catalog;
  readonly live: LiveReadings;
  readonly alerts: AlertBook;
  readonly store: Store;
  readonly derived: Pick<DerivedStore, 'points' | 'publishedAt'>;
  readonly now: () => number;
}

export function stationAnswer(
  station: KnownStation,
  newest: readonly StoredReading[],
  now: number,
  derived: ReadonlySet<ParameterId>,
): StationAnswer {
  const { parameterIds: _, limits: __, parameters, ...rest } = station;
  const longest = Math.max(...parameters.map(({ period_s }) => period_s));
  // An index is worked out of a silent station, too, and says that it is not published.
  const measured = newest.filter(({ parameter }) => !isDerived(parameter));
  const last = Math.max(...measured.map(({ receivedAt }) => receivedAt));
  const status = measured.length === 0 ? 'new' : now - last <= silentAfterMs(longest) ? 'live' : 'silent';
  return {
    ...rest,
    status,
    parameters: [...parameters, ...Array.from(derived, (id) => ({ id, period_s: derivedPeriodS(id) }))].map(
      (parameter) => {
        const { unit, name } = parameterOf(parameter.id);
        return { ...parameter, unit, name };
      },
    ),
  };
}

export function latestReading(
  reading: StoredReading,
  station: KnownStation | undefined,
  level: Level | null,
  now: number,
): LatestReading {
  const { parameter, value, at, receivedAt, flag, reason } = reading;
  // What its station announces no more will get no successor.
  const announced = station?.parameters.find(({ id }) => id === parameter)?.period_s ?? 0;
  const periodS = isDerived(parameter) ? derivedPeriodS(parameter) : announced;
  return {
    parameter,
    value,
    unit: parameterOf(parameter).unit,
    at,
    received_at: receivedAt,
    flag,
    reason,
    stale: isStale(at, periodS, now),
    level,
  };
}

export function stationRoutes(app: Api, { catalog, live, alerts, store, derived, now }: StationParts): void {
  const scoped = (request: FastifyRequest): Scope => scopeOf(sessionOf(request), catalog);
  const find = (request: FastifyRequest, id: string): KnownStation => {
    const station = scoped(request).get(id);
    if (station === undefined) throw new Problem(404, `there is no station "${id}"`);
    return station;
  };
  const idParams = z.object({ id: z.string().max(63) });
  const latest = (station: KnownStation): LatestReading[] =>
    live
      .of(station.id)
      .map((reading) =>
        latestReading(reading, station, alerts.levelOf(station.id, reading.parameter), now()),
      );
  const answer = (station: KnownStation): StationAnswer =>
    stationAnswer(station, live.of(station.id), now(), derived.publishedAt(station.id));

  app.get(
    '/api/v1/stations',
    {
      config: STATIONS,
      schema: {
        response: { 200: z.object({ stations: z.array(stationAnswerSchema) }) },
        summary: 'All stations',
      },
    },
    async (request) => ({ stations: scoped(request).all().map(answer) }),
  );

  app.get(
    '/api/v1/stations/:id',
    {
      config: STATIONS,
      schema: { params: idParams, response: { 200: stationAnswerSchema }, summary: 'One station' },
    },
    async (request) => answer(find(request, request.params.id)),
  );

  app.get(
    '/api/v1/stations/:id/latest',
    {
      config: READINGS,
      schema: {
        params: idParams,
        response: { 200: z.object({ readings: z.array(latestReadingSchema) }) },
        summary: 'The newest reading of each parameter of a station',
      },
    },
    async (request) => ({ readings: latest(find(request, request.params.id)) }),
  );

  app.get(
    '/api/v1/latest',
    {
      config: READINGS,
      schema: {
        response: {
          200: z.object({ readings: z.array(latestReadingSchema.extend({ station: z.string() })) }),
        },
        summary: 'The newest reading of each parameter of all stations',
      },
    },
    async (request) => {
      const readings = scoped(request)
        .all()
        .flatMap((station) => latest(station).map((reading) => ({ station: station.id, ...reading })));
      return { readings };
    },
  );

  app.get(
    '/api/v1/readings',
    {
      config: READINGS,
      schema: {
        querystring: z
          .object({
            station: z.string().max(63),
            parameter: parameterSchema,
            from: z.coerce.number().int().min(0).optional().describe('epoch ms; a day ago when absent'),
            to: z.coerce.number().int().min(0).optional().describe('epoch ms; now when absent'),
            every: z.coerce
              .number()
              .int()
              .min(1)
              .max(31_622_400)
              .optional()
              .describe(
                'seconds of one interval; intervals of whole days begin at midnight of Vietnam (UTC+7), of whole weeks on Monday, and hours are counted from that midnight',
              ),
            aggregate: z.enum(AGGREGATES).default('mean'),
          })
          .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
            path: ['from'],
            error: 'must be before to',
          }),
        response: { 200: readingsAnswerSchema },
        summary: `Readings of one parameter over time, at most ${MAX_POINTS} points (the newest)`,
      },
    },
    async (request) => {
      const { station, parameter, every, aggregate } = request.query;
      find(request, station);
      const to = request.query.to ?? now() + 1;
      const from = request.query.from ?? to - DAY_MS;
      const points = await (isDerived(parameter) ? derived : store).points({
        station,
        parameter,
        from,
        to,
        aggregate,
        // One more than is answered, to know whether there are more.
        limit: MAX_POINTS + 1,
        ...(every !== undefined && { everyMs: every * 1000 }),
      });
      const cut = points.length > MAX_POINTS;
      return {
        station,
        parameter,
        unit: parameterOf(parameter).unit,
        points: cut ? points.slice(-MAX_POINTS) : points,
        cut,
      };
    },
  );
}
