/** Đúng, đủ, sạch, sống of one station, day by day: a month at a look. */
import { z } from 'zod';
import { DAY_MS, dayBounds, dayOf } from '../../devices/local-time.ts';
import { type QualityDay, type QualityDays, qualityDaysSchema } from '../../devices/wire/station.ts';
import type { Books } from '../books/books.ts';
import { qualityOf } from '../books/quality.ts';
import type { Catalog } from '../catalog.ts';
import { scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const MAX_DAYS = 31;

export interface QualityDaysParts {
  readonly books: Pick<Books, 'counts' | 'keptSince'>;
  readonly catalog: Pick<Catalog, 'get' | 'all'>;
  readonly now: () => number;
}

const day = z
  .string()
  .max(10)
  .refine((text) => dayBounds(text) !== null, 'must be a day as 2026-03-05');

export function qualityDaysRoutes(app: Api, { books, catalog, now }: QualityDaysParts): void {
  app.get(
    '/api/v1/stations/:id/quality',
    {
      config: { access: 'books.read' },
      schema: {
        params: z.object({ id: z.string().max(63) }),
        querystring: z.object({
          from: day.describe('first Vietnamese day'),
          to: day.describe(`last one, at most ${MAX_DAYS} in all; those that have not begun are left out`),
        }),
        response: { 200: qualityDaysSchema },
        summary: 'Đúng, đủ, sạch, sống (accurate, complete, clean, alive) of a station, day by day',
      },
    },
    async (request): Promise<QualityDays> => {
      const station = scopeOf(sessionOf(request), catalog).get(request.params.id);
      if (station === undefined) throw new Problem(404, `there is no station "${request.params.id}"`);
      const [first, last] = [dayBounds(request.query.from), dayBounds(request.query.to)];
      if (first === null || last === null || first.from > last.from)
        throw new Problem(400, 'from: must not be after to');
      if (last.to - first.from > MAX_DAYS * DAY_MS)
        throw new Problem(400, `from: at most ${MAX_DAYS} days with to`);
      // A day of which a part was deleted would look as if that had been missed.
      const since = books.keptSince();
      const days: QualityDay[] = [];
      for (let from = first.from; from < Math.min(last.to, now()); from += DAY_MS) {
        if (from < since) continue;
        // Whoever went away needs no answer.
        if (request.raw.socket.destroyed) break;
        const counts = await books.counts(station, from, from + DAY_MS);
        days.push({ day: dayOf(from), from, to: from + DAY_MS, ...counts, ...qualityOf(counts) });
      }
      return { station: station.id, kept_from: dayOf(Math.max(0, since + DAY_MS - 1)), days };
    },
  );
}
