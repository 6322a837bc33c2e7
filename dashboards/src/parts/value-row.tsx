/** One parameter of a station: value, quality with the reason, age. */
import type { LatestReading, StationAnswer } from '../../../devices/wire/api.ts';
import { parameterName } from '../format.ts';
import { language, t, texts } from '../i18n.ts';
import { reasonText } from '../reason.ts';
import { Age, StaleTag, useStale } from './age.tsx';
import { Level } from './level.tsx';
import { FlagTag, Value } from './value.tsx';

interface ValueRowProps {
  readonly parameter: StationAnswer['parameters'][number];
  readonly reading: LatestReading | undefined;
  readonly level: LatestReading['level'] | undefined;
}

export function ValueRow({ parameter, reading, level }: ValueRowProps) {
  const { id, unit, period_s, instrument } = parameter;
  const stale = useStale(reading?.at ?? Number.POSITIVE_INFINITY, period_s);
  return (
    <li class={`row${stale ? ' is-stale' : ''}`}>
      <span class="row-name">{parameterName(id, language.value)}</span>
      <span class={`row-value${level ? ` text-${level}` : ''}`}>
        <Value value={reading?.value ?? null} parameter={id} unit={reading?.unit ?? unit} />
      </span>
      <span class="row-quality">
        {level && <Level level={level} />}
        {reading && <FlagTag flag={reading.flag} reason={null} />}
        {reading && reading.reason !== null && <span>{reasonText(reading.reason, texts())}</span>}
        {instrument !== undefined && <span class="row-instrument">{instrument}</span>}
      </span>
      <span class="row-age">
        {stale && <StaleTag />}
        {reading ? <Age at={reading.at} /> : t('age.none')}
      </span>
    </li>
  );
}
