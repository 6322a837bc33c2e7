/** Readings as a file: CSV or SenML, streamed. */
import { z } from 'zod';
import { dayOf } from '../../devices/local-time.ts';
import { isDerived, isParameter, type ParameterId } from '../../devices/parameter.ts';
import type { Audit } from '../audit/audit.ts';
import type { Catalog } from '../catalog.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import { scopeOf } from '../scope.ts';
import type { RowsQuery, Store } from '../store/store.ts';
import { sessionOf } from './auth.ts';
import { exportPages, openPages } from './export-pages.ts';
import { csvExport, EXPORT_FORMATS, senmlExport } from './export-text.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const DAY_MS = 86_400_000;
const MAX_RANGE_MS = 366 * DAY_MS;
/** Each holds a connection and asks the store again and again; ingest goes before. */
const MAX_AT_ONCE = 4;

export interface ExportRouteParts {
  readonly store: Store;
  readonly derived: Pick<DerivedStore, 'rows'>;
  readonly catalog: Catalog;
  readonly audit: Pick<Audit, 'record'>;
  readonly now: () => number;
}

const moment = z.coerce.number().int().min(0).max(8.64e15);

export function exportRoutes(app: Api, { store, derived, catalog, audit, now }: ExportRouteParts): void {
  let running = 0;
  const source = {
    rows: async (query: RowsQuery) => (isDerived(query.parameter) ? derived.rows(query) : store.rows(query)),
  };

  app.get(
    '/api/v1/export',
    {
      config: { access: 'readings.read' },
      schema: {
        querystring: z.object({
          station: z.string().max(63),
          parameter: z
            .string()
            .max(2000)
            .optional()
            .describe(
              'one, or several with commas, derived ones too; all that the station measures when absent',
            ),
          from: moment.optional().describe('epoch ms; a day before `to` when absent'),
          to: moment.optional().describe('epoch ms; now when absent'),
          format: z.enum(EXPORT_FORMATS).default('csv'),
          mark: z
            .enum(['bom', 'none'])
            .default('bom')
            .describe('CSV only: a byte order mark, by which Excel knows that the text is UTF-8'),
        }),
        produces: ['text/csv', 'application/senml+json'],
        summary: 'Readings of a station as a file, streamed: by parameter, then by time, at most 366 days',
      },
    },
    async (request, reply) => {
      const { station, parameter, format, mark } = request.query;
      const known = scopeOf(sessionOf(request), catalog).get(station);
      if (known === undefined) throw new Problem(404, `there is no station "${station}"`);
      const parameters =
        parameter === undefined ? [...known.parameterIds].sort() : parametersOf(parameter.split(','));
      const to = request.query.to ?? now() + 1;
      const from = request.query.from ?? Math.max(0, to - DAY_MS);
      if (from >= to) throw new Problem(400, 'from: must be before to');
      if (to - from > MAX_RANGE_MS) throw new Problem(400, 'from: at most 366 days before to');
      if (running >= MAX_AT_ONCE)
        throw new Problem(503, `${MAX_AT_ONCE} exports are running: try again when one has ended`);
      // Before the first byte: who takes readings away is known, or does not get them.
      audit.record({
        action: 'export',
        what: `readings/${station}`,
        area: known.area.vi,
        after: { format, from, to, parameters },
      });
      running++;
      const text = format === 'csv' ? csvExport(mark) : senmlExport;
      const pages = exportPages(source, { station, parameters, from, to }, text);
      const stream = await openPages(pages, () => {
        running--;
      });
      const name = `quantrac_${station}_${dayOf(from)}_${dayOf(to - 1)}.${format === 'csv' ? 'csv' : 'senml.json'}`;
      return reply
        .type(text.type)
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .send(stream);
    },
  );
}

function parametersOf(names: readonly string[]): ParameterId[] {
  const wrong = names.find((name) => !isParameter(name));
  if (wrong !== undefined) throw new Problem(400, `parameter: "${wrong.slice(0, 80)}" is no known parameter`);
  return [...new Set(names)] as ParameterId[];
}
