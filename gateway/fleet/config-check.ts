/** What a configuration would change at an edge, and why it cannot go: by the code that the edge itself checks it with. */
import { settingsOf } from '../../devices/edge-config.ts';
import { configChanges } from '../../devices/edge-config-changes.ts';
import { checkConfig, newlyOverloaded, someBox } from '../../devices/edge-config-check.ts';
import type { Profiles } from '../../devices/inventory.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import { jsonHash } from '../../devices/kit/json-hash.ts';
import { parseForeignYaml } from '../../devices/kit/yaml-file.ts';
import { lineNeeds } from '../../devices/line/line-check.ts';
import { describeLoad } from '../../devices/line/line-time.ts';
import type { EdgeFile } from '../../devices/station.ts';
import type { ConfigCheck } from '../../devices/wire/fleet-config.ts';

/** More changes than that are told by their number alone. */
const MOST_CHANGES = 500;

export interface Checked extends ConfigCheck {
  readonly hash: string;
  /** What the text says, as JSON. */
  readonly value: string;
}

/** `runs`: what the edge runs, as JSON, null when that is not known. */
export function checkText(edge: string, text: string, runs: string | null, profiles: Profiles): Checked {
  const read = readText(text);
  if (typeof read === 'string') return { hash: '', value: 'null', changes: [], faults: [read], lines: [] };
  const own = someBox(edge);
  const checked = checkConfig(JSON.parse(read.value), own, profiles);
  const present = runs === null ? null : checkConfig(JSON.parse(runs), own, profiles);
  const [old, now] = [fileOf(present), fileOf(checked)];
  const overloads = now === null ? [] : newlyOverloaded(old, now, profiles);
  return {
    ...read,
    changes: changesOf(runs, read.value),
    faults: [
      ...(checked.kind === 'faulty' ? checked.faults : []),
      ...overloads.map(({ line, load }) => describeLoad(line, load)),
    ],
    lines: loads(old, now, profiles),
  };
}

/** Of two configurations as JSON, in words; from nothing when the first is not known. */
export function changesOf(before: string | null, after: string): ConfigCheck['changes'] {
  const settingsIn = (value: string | null) => settingsOf(value === null ? null : JSON.parse(value));
  const changes = configChanges(settingsIn(before), settingsIn(after));
  if (changes.length <= MOST_CHANGES) return changes;
  const more = `${changes.length - MOST_CHANGES} more`;
  return [...changes.slice(0, MOST_CHANGES), { place: 'further', kind: 'changed', from: more, to: more }];
}

/** What a text says, as JSON, and the hash by which edge and centre name it; a sentence when it is no YAML within bounds. */
export function readText(text: string): Pick<Checked, 'hash' | 'value'> | string {
  try {
    const { value } = parseForeignYaml(text, 'configuration');
    return { value: JSON.stringify(value), hash: jsonHash(value) };
  } catch (error) {
    if (error instanceof UserFault) return error.message;
    throw error;
  }
}

const fileOf = (checked: ReturnType<typeof checkConfig> | null): EdgeFile | null =>
  checked?.kind === 'good' ? checked.file : null;

function loads(before: EdgeFile | null, after: EdgeFile | null, profiles: Profiles): ConfigCheck['lines'] {
  const [old, now] = [before, after].map(
    (file) =>
      new Map(file === null ? [] : lineNeeds(file, profiles).map(({ line, load }) => [line, load.needs])),
  );
  return [...new Set([...(now?.keys() ?? []), ...(old?.keys() ?? [])])].map((line) => ({
    line,
    before: old?.get(line) ?? null,
    after: now?.get(line) ?? null,
  }));
}
