/** What is wrong with an edge, and which one needs a hand first. Pure. */
import type { EdgeAnswer, HealthNumbers } from '../../../../devices/wire/edges.ts';
import { fold } from '../../fold.ts';

export type ProblemKind =
  | 'away'
  | 'disk'
  | 'outbox'
  | 'memory'
  | 'hot'
  | 'busy'
  | 'failing'
  | 'clock'
  | 'untold';
export type Severity = 'critical' | 'warning' | 'notice';

export interface Problem {
  readonly kind: ProblemKind;
  readonly level: Severity;
}

/** Proposals of our own, from which on somebody should look: a district box has some GB of disk and half a GB of memory. */
const BELOW = {
  disk: { of: 'disk_free_mb', warning: 1000, critical: 200 },
  outbox: { of: 'outbox_hours', warning: 24, critical: 6 },
  memory: { of: 'memory_free_mb', warning: 100, critical: 50 },
} as const;
/** At 85 °C the processors of usual boxes begin to slow down; a line that is busy all the time skips readings. */
const ABOVE = {
  hot: { of: 'temperature', warning: 75, critical: 85 },
  busy: { of: 'busy', warning: 0.9, critical: 0.98 },
} as const;

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, notice: 2 };

export const hasTold = (numbers: HealthNumbers): boolean =>
  [
    numbers.busy,
    numbers.outbox_hours,
    numbers.disk_free_mb,
    numbers.memory_free_mb,
    numbers.temperature,
  ].some((number) => number !== null);

/** Worst first. Of an edge that is away only that is known: what it said last may be long over. */
export function problemsOf(edge: EdgeAnswer): Problem[] {
  if (!edge.online) return [{ kind: 'away', level: 'critical' }];
  const problems: Problem[] = [];
  for (const [kind, { of, warning, critical }] of Object.entries(BELOW)) {
    const value = edge[of];
    if (value !== null && value < warning)
      problems.push({ kind: kind as ProblemKind, level: value < critical ? 'critical' : 'warning' });
  }
  for (const [kind, { of, warning, critical }] of Object.entries(ABOVE)) {
    const value = edge[of];
    if (value !== null && value >= warning)
      problems.push({ kind: kind as ProblemKind, level: value >= critical ? 'critical' : 'warning' });
  }
  if (edge.failing !== null && edge.failing > 0) problems.push({ kind: 'failing', level: 'warning' });
  if (edge.clock_trusted === false) problems.push({ kind: 'clock', level: 'warning' });
  if (!hasTold(edge)) problems.push({ kind: 'untold', level: 'notice' });
  return problems.sort((a, b) => RANK[a.level] - RANK[b.level]);
}

export const levelOf = (problems: readonly Problem[]): Severity | null => problems[0]?.level ?? null;

/** By its name and by the stations that it reads, each by id and name. */
export function isFound(
  { name, stations }: EdgeAnswer,
  search: string,
  nameOf: (station: string) => string,
): boolean {
  const wanted = fold(search);
  return [name, ...stations, ...stations.map(nameOf)].some((text) => fold(text).includes(wanted));
}

/** Worst first; of equals the one with more, then the one that has been away longest, then by name. */
export function worstFirst(all: readonly EdgeAnswer[]): EdgeAnswer[] {
  const problems = new Map(all.map((edge) => [edge, problemsOf(edge)]));
  const rank = (edge: EdgeAnswer): number => {
    const level = levelOf(problems.get(edge) ?? []);
    return level === null ? 3 : RANK[level];
  };
  const count = (edge: EdgeAnswer): number => (edge.online ? (problems.get(edge)?.length ?? 0) : 99);
  const away = ({ online, since }: EdgeAnswer): number => (online ? 0 : (since ?? 0));
  return [...all].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      count(b) - count(a) ||
      away(a) - away(b) ||
      a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
}
