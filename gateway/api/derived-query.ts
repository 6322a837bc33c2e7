/** What the questions about derived values of many stations have in common: which parameters, stations, page and days. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { dayBounds } from '../../devices/local-time.ts';
import { isDerived, isParameter, type ParameterId } from '../../devices/parameter.ts';
import { STATION_KINDS } from '../../devices/word.ts';
import type { KnownStation } from '../catalog.ts';
import type { Scope } from '../scope.ts';
import { Problem } from './problem.ts';

export const parametersSchema = z.string().max(500).describe('derived ones, with commas between them');

export function parametersOf(names: string): ParameterId[] {
  const all = [...new Set(names.split(','))];
  const wrong = all.find((name) => !isParameter(name) || !isDerived(name));
  if (wrong !== undefined)
    throw new Problem(400, `parameter: "${wrong.slice(0, 80)}" is no derived parameter`);
  return all as ParameterId[];
}

export const pageShape = {
  kind: z.enum(STATION_KINDS).optional().describe('only stations of this kind'),
  cursor: z.string().max(63).optional(),
};

interface PageQuery {
  readonly kind?: KnownStation['kind'] | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The stations of a page, by id, and the cursor of the next. */
export function pageOf(
  scope: Scope,
  { kind, cursor = '', limit }: PageQuery,
): [KnownStation[], string | null] {
  const all = scope
    .all()
    .filter((station) => station.id > cursor && (kind === undefined || station.kind === kind))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = all.slice(0, limit);
  return [page, all.length > limit ? (page.at(-1)?.id ?? null) : null];
}

export const daySchema = z
  .string()
  .max(10)
  .refine((day) => dayBounds(day) !== null, 'must be a day as 2026-03-05');
/** Others have their turn between two stations; whoever went away needs no answer. */
export async function inTurn<T>(
  request: FastifyRequest,
  stations: readonly KnownStation[],
  ask: (station: KnownStation) => T | Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  for (const station of stations) {
    if (request.raw.socket.destroyed) break;
    await nextTurn();
    answers.push(await ask(station));
  }
  return answers;
}
