/** Which values of a series were received long after their measurement: a chart shows that nobody could have known them in time. */
import { z } from 'zod';
import { DAY_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { type LateAnswer, lateAnswerSchema } from '../../devices/wire/station.ts';
import { parameterSchema } from '../../devices/word.ts';
import type { Catalog } from '../catalog.ts';
import { scopeOf } from '../scope.ts';
import type { Store, StoredReading } from '../store/store.ts';
import { HOUR_MS, LIVE_WITHIN_MS } from '../store/tally.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

/** So long a question is answered reading by reading, a longer one by the counts of hours. */
const FINE_MS = 2 * DAY_MS;
const MAX_RANGE_MS = 32 * DAY_MS;
const PAGE = 2000;

type Span = LateAnswer['spans'][number];

export interface LateParts {
  readonly catalog: Pick<Catalog, 'get' | 'all'>;
  readonly store: Pick<Store, 'rows' | 'tally'>;
}

interface Question {
  readonly station: string;
  readonly parameter: ParameterId;
  readonly from: number;
  readonly to: number;
}

/** Readings that follow one another and are all late are one span; they are told in the order of their times. */
export function lateReadings() {
  const spans: Span[] = [];
  let open: Span | null = null;
  return {
    add({ at, value, receivedAt }: Pick<StoredReading, 'at' | 'value' | 'receivedAt'>): void {
      if (value === null) return;
      if (receivedAt - at <= LIVE_WITHIN_MS) {
        open = null;
        return;
      }
      if (open === null) {
        open = { from: at, to: at, count: 0 };
        spans.push(open);
      }
      open.to = at;
      open.count++;
    },
    spans,
  };
}

async function byReadings(store: LateParts['store'], { from, ...question }: Question): Promise<Span[]> {
  const late = lateReadings();
  for (let start = from; start < question.to; ) {
    const rows = await store.rows({ ...question, from: start, limit: PAGE });
    for (const row of rows) late.add(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    start = last.at + 1;
  }
  return late.spans;
}

async function byHours(store: LateParts['store'], { parameter, ...question }: Question): Promise<Span[]> {
  const hours = new Map<number, number>();
  for (const tally of await store.tally(question))
    if (tally.parameter === parameter && tally.values > tally.live)
      hours.set(tally.hour, (hours.get(tally.hour) ?? 0) + tally.values - tally.live);
  const spans: Span[] = [];
  for (const [hour, count] of [...hours].sort(([a], [b]) => a - b)) {
    const last = spans.at(-1);
    if (last?.to === hour) {
      last.to += HOUR_MS;
      last.count += count;
    } else spans.push({ from: hour, to: hour + HOUR_MS, count });
  }
  return spans;
}

export function lateRoutes(app: Api, { catalog, store }: LateParts): void {
  app.get(
    '/api/v1/stations/:id/late',
    {
      config: { access: 'readings.read' },
      schema: {
        params: z.object({ id: z.string().max(63) }),
        querystring: z.object({
          parameter: parameterSchema,
          from: z.coerce.number().int().min(0).max(8.64e15).describe('epoch ms'),
          to: z.coerce.number().int().min(0).max(8.64e15).describe('epoch ms; at most 32 days after from'),
        }),
        response: { 200: lateAnswerSchema },
        summary: 'Times of which the values came more than ten minutes after their measurement',
      },
    },
    async (request): Promise<LateAnswer> => {
      const station = scopeOf(sessionOf(request), catalog).get(request.params.id);
      if (station === undefined) throw new Problem(404, `there is no station "${request.params.id}"`);
      const { parameter, from, to } = request.query;
      if (from >= to) throw new Problem(400, 'from: must be before to');
      if (to - from > MAX_RANGE_MS) throw new Problem(400, 'from: at most 32 days before to');
      const question = { station: station.id, parameter, from, to };
      const fine = to - from <= FINE_MS;
      return {
        ...{ station: station.id, parameter, by: fine ? 'readings' : 'hours' },
        spans: await (fine ? byReadings(store, question) : byHours(store, question)),
      };
    },
  );
}
