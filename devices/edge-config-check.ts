/** Whether an edge can run a configuration: asked by the gateway before it goes and by the edge before it begins. Pure. */
import { isSettings, mergeEdgeFile, type OwnSettings, ownFault } from './edge-config.ts';
import { placeInWords } from './edge-config-changes.ts';
import { edgeFileFaults } from './edge-file-check.ts';
import type { Profiles } from './inventory.ts';
import { type LineNeed, lineNeeds } from './line/line-check.ts';
import { type EdgeFile, edgeFileSchema } from './station.ts';

export type CheckedConfig =
  | { readonly kind: 'good'; readonly file: EdgeFile }
  /** Each with the place by name: "station a, instrument b, unit: Too big". Not empty. */
  | { readonly kind: 'faulty'; readonly faults: readonly string[] };

/** What stands for the box where its own settings are not known. */
export const someBox = (edge: string): OwnSettings => ({
  settings: { id: edge, data_dir: '.', uplink: { url: 'mqtt://127.0.0.1', password: '-' } },
  passwords: new Map(),
});

/** More faults than that are told as a number. */
const MOST_FAULTS = 20;

export function checkConfig(config: unknown, own: OwnSettings, profiles: Profiles): CheckedConfig {
  if (!isSettings(config)) return faulty(['configuration: must be an object with lines and stations']);
  const foreign = ownFault(config);
  if (foreign !== null) return faulty([foreign]);
  const told = (path: readonly PropertyKey[], message: string): string =>
    `${placeInWords(config, path) || 'configuration'}: ${message}`;
  const result = edgeFileSchema.safeParse(mergeEdgeFile(own, config));
  if (!result.success) return faulty(result.error.issues.map(({ path, message }) => told(path, message)));
  const faults = [...edgeFileFaults(result.data, profiles)].map(({ path, message }) => told(path, message));
  return faults.length > 0 ? faulty(faults) : { kind: 'good', file: result.data };
}

const faulty = (faults: readonly string[]): CheckedConfig => ({
  kind: 'faulty',
  faults:
    faults.length <= MOST_FAULTS
      ? faults
      : [...faults.slice(0, MOST_FAULTS), `and ${faults.length - MOST_FAULTS} more faults`],
});

/** Lines that would need more than all of their time, and did not before. Not of a configuration that is faulty. */
export function newlyOverloaded(before: EdgeFile | null, after: EdgeFile, profiles: Profiles): LineNeed[] {
  const fitted = before === null ? [] : lineNeeds(before, profiles);
  return lineNeeds(after, profiles).filter(
    ({ line, load }) =>
      load.needs > 1 && !fitted.some((other) => other.line === line && other.load.needs > 1),
  );
}
