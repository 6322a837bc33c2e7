/** SenML JSON (RFC 8428) of any sender: records are chosen by name. Pure. */
import type { InstrumentOf } from '../../devices/mqtt-instrument.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { NOT_JSON } from './formats-json.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { type Decode, type Sample, shown } from './message.ts';

const MOST_RECORDS = 1000;

/** RFC 8428 section 4.5.3: times under 2^28 seconds are relative to now. */
const RELATIVE_BELOW = 2 ** 28;

interface Base {
  name: string;
  time: number;
  unit: string | undefined;
  value: number;
}

export function decodeSenmlOf({ values }: InstrumentOf<'senml'>): Decode {
  const byName = new Map(
    (Object.entries(values) as [ParameterId, { path: string }][]).map(([id, { path }]) => [path, id]),
  );
  return (payload, { now }) => {
    const pack = parseJson(payload);
    if (pack === undefined) return NOT_JSON;
    if (!Array.isArray(pack)) return { kind: 'malformed', reason: 'no SenML: a pack is a JSON array' };
    if (pack.length > MOST_RECORDS)
      return { kind: 'malformed', reason: `more than ${MOST_RECORDS} records in a payload` };
    const base: Base = { name: '', time: 0, unit: undefined, value: 0 };
    const samples: Sample[] = [];
    const names: string[] = [];
    for (const record of pack) {
      if (!isObject(record)) return { kind: 'malformed', reason: 'no SenML: a record is a JSON object' };
      // Section 4.4: a field whose name ends in "_" must be understood or the pack refused.
      const unknown = Object.keys(record).find((key) => key.endsWith('_'));
      if (unknown !== undefined)
        return { kind: 'malformed', reason: `field ${shown(unknown)} must be understood and is not` };
      rebase(base, record);
      const name = typeof record.n === 'string' ? record.n : '';
      names.push(base.name + name);
      const parameter = byName.get(base.name + name) ?? byName.get(name);
      const raw = recordValue(record, base);
      if (parameter === undefined || raw === undefined) continue;
      samples.push({ parameter, raw, stamp: stampOf(record, base, now), unit: unitOf(record, base) });
    }
    const absent = [...byName].find(([, id]) => !samples.some(({ parameter }) => parameter === id));
    const note = absent
      ? `no record ${shown(absent[0])}, there is ${names.slice(0, 8).map(shown).join(', ')}`
      : null;
    return { kind: 'samples', samples, key: null, note };
  };
}

/** Base fields hold for the records that follow, too (section 4.1). */
function rebase(base: Base, { bn, bt, bu, bv }: JsonObject): void {
  if (typeof bn === 'string') base.name = bn;
  if (typeof bt === 'number') base.time = bt;
  if (typeof bu === 'string') base.unit = bu;
  if (typeof bv === 'number') base.value = bv;
}

function recordValue({ v, vb, vs }: JsonObject, base: Base): unknown {
  if (typeof v === 'number') return v + base.value;
  return v ?? vb ?? vs;
}

const unitOf = ({ u }: JsonObject, base: Base): string | undefined => (typeof u === 'string' ? u : base.unit);

/** A pack without any time is of now (section 4.5.3), which says no more than its arrival does. */
function stampOf({ t }: JsonObject, base: Base, now: number): Sample['stamp'] {
  const seconds = base.time + (typeof t === 'number' ? t : 0);
  if (seconds === 0 || !Number.isFinite(seconds)) return null;
  return {
    at: Math.round((seconds < RELATIVE_BELOW ? now / 1000 + seconds : seconds) * 1000),
    present: false,
  };
}
