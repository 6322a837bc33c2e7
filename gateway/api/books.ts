/** The closed books of a station, and the four numbers of a day. */
import { z } from 'zod';
import { DAY_MS, dayBounds, dayOf, HOUR_MS } from '../../devices/local-time.ts';
import {
  type BooksAnswer,
  booksAnswerSchema,
  qualityAnswerSchema,
  type StationQuality,
} from '../../devices/wire/api.ts';
import type { Books } from '../books/books.ts';
import { qualityOf } from '../books/quality.ts';
import type { Catalog } from '../catalog.ts';
import { scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const config = { access: 'books.read' } as const;
const MAX_RANGE_MS = 7 * DAY_MS;
/** The most a moment may be, so that a day after it is still one. */
const LAST = 8.64e15 - DAY_MS;

export interface BooksRouteParts {
  readonly books: Books;
  readonly catalog: Catalog;
  readonly now: () => number;
}

/** An hour whose readings were deleted would look as if all of them had been missed. */
function demandKept(books: Books, name: string, from: number): void {
  const since = books.keptSince();
  if (from < since)
    throw new Problem(400, `${name}: readings before ${new Date(since).toISOString()} are not kept any more`);
}

const moment = z.coerce.number().int().min(0).max(LAST);

export function booksRoutes(app: Api, { books, catalog, now }: BooksRouteParts): void {
  app.get(
    '/api/v1/stations/:id/books',
    {
      config,
      schema: {
        params: z.object({ id: z.string().max(63) }),
        querystring: z.object({
          from: moment.optional().describe('epoch ms, taken down to its hour; a day before `to` when absent'),
          to: moment.optional().describe('epoch ms, taken up to its hour; now when absent'),
        }),
        response: { 200: booksAnswerSchema },
        summary:
          'What became of every reading that was due, by point and hour: expected + extra = good + flagged + missed + queued + quarantined',
      },
    },
    async (request): Promise<BooksAnswer> => {
      const station = scopeOf(sessionOf(request), catalog).get(request.params.id);
      if (station === undefined) throw new Problem(404, `there is no station "${request.params.id}"`);
      const to = Math.ceil((request.query.to ?? now()) / HOUR_MS) * HOUR_MS;
      const from = Math.floor((request.query.from ?? Math.max(0, to - DAY_MS)) / HOUR_MS) * HOUR_MS;
      if (from >= to) throw new Problem(400, 'from: must be before to');
      if (to - from > MAX_RANGE_MS) throw new Problem(400, 'from: at most 7 days before to');
      demandKept(books, 'from', from);
      const { edge, until, hours, unassigned } = await books.hours(station, from, to);
      return {
        station: station.id,
        from,
        to,
        until,
        edge: { ...edge, told_at: edge.toldAt },
        hours: hours.map(({ flaggedWhy, missedWhy, quarantinedWhy, ...counts }) => ({
          ...counts,
          flagged_why: [...flaggedWhy],
          missed_why: [...missedWhy],
          quarantined_why: [...quarantinedWhy],
        })),
        unassigned: unassigned.map(({ hour, reason, count }) => ({ hour, reason, count })),
      };
    },
  );

  app.get(
    '/api/v1/quality',
    {
      config,
      schema: {
        querystring: z.object({
          day: z
            .string()
            .max(10)
            .refine((day) => dayBounds(day) !== null, 'must be a day as 2026-03-05')
            .optional()
            .describe('a Vietnamese day; today when absent'),
          station: z.string().max(63).optional().describe('only this one'),
          cursor: z.string().max(63).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: qualityAnswerSchema },
        summary: 'Đúng, đủ, sạch, sống (accurate, complete, clean, alive) of stations on a day',
      },
    },
    async (request) => {
      const { station: only, cursor = '', limit } = request.query;
      const day = request.query.day ?? dayOf(now());
      const bounds = dayBounds(day);
      if (bounds === null || bounds.from > now()) throw new Problem(400, 'day: has not begun yet');
      demandKept(books, 'day', bounds.from);
      const scope = scopeOf(sessionOf(request), catalog);
      if (only !== undefined && scope.get(only) === undefined)
        throw new Problem(404, `there is no station "${only}"`);
      const known = scope
        .all()
        .filter(({ id }) => (only === undefined ? id > cursor : id === only))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const stations: StationQuality[] = [];
      for (const station of known.slice(0, limit)) {
        // Whoever went away needs no answer.
        if (request.raw.socket.destroyed) break;
        const counts = await books.counts(station, bounds.from, bounds.to);
        stations.push({ station: station.id, ...counts, ...qualityOf(counts) });
      }
      return {
        day,
        ...bounds,
        stations,
        next: known.length > limit ? (stations.at(-1)?.station ?? null) : null,
      };
    },
  );
}
