/** What proves a station's readings, for whoever wants to check it himself: a JSON object a line, streamed. */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Catalog } from '../catalog.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Line } from '../evidence/lines.ts';
import { scopeOf } from '../scope.ts';
import type { Store } from '../store/store.ts';
import { sessionOf } from './auth.ts';
import { openPages } from './export-pages.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 32;
/** Each takes some milliseconds of the evidence's thread again and again; what comes in goes between. One of each caller. */
const MOST_AT_ONCE = 8;
/** Text that a reader takes at a time, and how long he may take for it: 2 kB/s. */
const PIECE = 64 * 1024;
const IDLE_MS = 30_000;

export interface EvidenceRouteParts {
  readonly evidence: Pick<Evidence, 'plan' | 'block' | 'keepDays'>;
  readonly catalog: Catalog;
  readonly store: Pick<Store, 'keepsMs'>;
  readonly now: () => number;
}

const moment = z.coerce.number().int().min(0).max(8.64e15);

export function evidenceRoutes(app: Api, { evidence, catalog, store, now }: EvidenceRouteParts): void {
  const running = new Set<string>();

  app.get(
    '/api/v1/evidence/:station',
    {
      config: { access: 'evidence.read' },
      schema: {
        params: z.object({ station: z.string().max(63) }),
        querystring: z.object({
          from: moment.describe('epoch ms'),
          to: moment.describe('epoch ms, not itself'),
        }),
        produces: ['application/x-ndjson'],
        summary: 'What proves the readings of a station: payloads as they came, and signed heads',
      },
    },
    async (request, reply) => {
      const { station } = request.params;
      const { from, to } = request.query;
      const session = sessionOf(request);
      const known = scopeOf(session, catalog).get(station);
      if (known === undefined) throw new Problem(404, `there is no station "${station}"`);
      if (from >= to) throw new Problem(400, 'from: must be before to');
      if (to - from > MOST_DAYS * DAY_MS) throw new Problem(400, `from: at most ${MOST_DAYS} days before to`);
      if (running.has(session.name))
        throw new Problem(503, 'one of these is running for you: try again when it has ended');
      if (running.size >= MOST_AT_ONCE)
        throw new Problem(503, `${MOST_AT_ONCE} of these are running: try again when one has ended`);
      running.add(session.name);
      const at = now();
      const pages = async function* (): AsyncGenerator<string> {
        const { edges, lines, blocks } = await evidence.plan({
          station,
          from,
          to,
          edge: known.edge,
          now: at,
        });
        const storeKeeps = await store.keepsMs?.();
        const keep_days = Math.min(evidence.keepDays, Math.floor((storeKeeps ?? Infinity) / DAY_MS));
        yield* textOf([
          { kind: 'evidence', station, now: at, edge: known.edge, keep_days, edges: [...edges] },
          ...lines,
        ]);
        for (const id of blocks) {
          yield* textOf(await evidence.block(id, station));
        }
        yield* textOf([{ kind: 'end' }]);
      };
      const stream = await openMovingPages(pages(), () => {
        running.delete(session.name);
      });
      return reply.type('application/x-ndjson').header('cache-control', 'no-store').send(stream);
    },
  );
}

function* textOf(lines: readonly Line[]): Generator<string> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  for (let start = 0; start < text.length; start += PIECE) yield text.slice(start, start + PIECE);
}

/** Pages of which a reader takes nothing for so long are ended: they would hold their place for ever. */
export async function openMovingPages(
  pages: AsyncGenerator<string>,
  onClose: () => void,
  idleMs = IDLE_MS,
): Promise<Readable> {
  let stream: Readable | null = null;
  const idle = setTimeout(() => stream?.destroy(new Error('its reader takes nothing more')), idleMs);
  const taken = async function* (): AsyncGenerator<string> {
    for await (const page of pages) {
      idle.refresh();
      yield page;
    }
  };
  stream = await openPages(taken(), () => {
    clearTimeout(idle);
    onClose();
  });
  return stream;
}
