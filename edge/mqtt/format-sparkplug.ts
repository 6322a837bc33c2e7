/** Metrics of a Sparkplug B device by the mapping of the edge file. Pure. */
import type { InstrumentOf } from '../../devices/mqtt-instrument.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import { type Decoded, type Sample, shown } from './message.ts';
import type { NamedMetric } from './sparkplug-node.ts';

/** Values of the property "Quality" (specification section 6.4.20). */
const QUALITY = { bad: 0, stale: 500 } as const;

export function sparkplugSamples(
  { values }: Pick<InstrumentOf<'sparkplug'>, 'values'>,
  metrics: readonly NamedMetric[],
): Decoded {
  const byName = new Map(
    (Object.entries(values) as [ParameterId, { path: string }][]).map(([id, { path }]) => [path, id]),
  );
  const samples = metrics.flatMap((metric) => {
    const parameter = byName.get(metric.name);
    return parameter === undefined ? [] : [sampleOf(parameter, metric)];
  });
  const absent = [...byName].find(([, id]) => !samples.some(({ parameter }) => parameter === id));
  return { kind: 'samples', samples, key: null, note: absent ? `no metric ${shown(absent[0])}` : null };
}

const sampleOf = (parameter: ParameterId, { value, at, quality }: NamedMetric): Sample => ({
  parameter,
  raw: value,
  stamp: at === null ? null : { at, present: false },
  ...(quality === QUALITY.stale && { absent: 'its node says that the value is stale (quality 500)' }),
  ...(quality === QUALITY.bad && {
    doubt: { flag: FLAG.fail, reason: 'its node says that the value is bad (quality 0)' },
  }),
});
