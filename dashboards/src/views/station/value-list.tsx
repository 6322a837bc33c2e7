/** What the station says now: each parameter with its value, quality, limits and age; choosing one shows its course. */
import { isDerived, isParameter } from '../../../../devices/parameter.ts';
import type { LatestReading } from '../../../../devices/wire/api.ts';
import { formatDuration } from '../../age.ts';
import { parameterName } from '../../format.ts';
import { language, local, t, texts } from '../../i18n.ts';
import { Age, StaleTag, useStale } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Level } from '../../parts/level.tsx';
import { FlagTag, Value } from '../../parts/value.tsx';
import { reasonText } from '../../reason.ts';
import { alertsAt, readingsOf } from '../../state.ts';
import type { Limit, Parameter } from './calls.ts';
import type { Known, Note } from './known.ts';
import { limitText } from './limit-text.ts';
import './values.css';

/** As the four numbers count it: what comes later was not there in time. */
const LATE_MS = 10 * 60_000;

interface ValueListProps {
  readonly station: string;
  readonly parameters: readonly Parameter[];
  readonly known: Known;
  readonly chosen: string | undefined;
  readonly hrefOf: (parameter: string) => string;
}

/** Worked out by the centre: it comes after the hour that it is of, and is not late. */
const isWorkedOut = (id: string): boolean => isParameter(id) && isDerived(id);

export function ValueList({ station, parameters, known, chosen, hrefOf }: ValueListProps) {
  const readings = readingsOf(station).value;
  const alerts = alertsAt(station);
  // Where one instrument measures all, its name says nothing.
  const hasSeveral = new Set(parameters.flatMap(({ instrument }) => instrument ?? [])).size > 1;
  const list = (label: string, own: readonly Parameter[]) =>
    own.length > 0 && (
      <section class="now-part">
        <h3>{label}</h3>
        <ul class="now-rows" aria-label={label}>
          {own.map((parameter) => (
            <Row
              key={parameter.id}
              parameter={parameter}
              reading={readings.get(parameter.id)}
              level={alerts.find((alert) => alert.parameter === parameter.id)?.level}
              limits={(known.limits ?? []).filter((limit) => limit.parameter === parameter.id)}
              standard={known.standards.get(parameter.id) ?? null}
              note={known.notes.get(parameter.id) ?? null}
              isChosen={parameter.id === chosen}
              showsInstrument={hasSeveral}
              href={hrefOf(parameter.id)}
            />
          ))}
        </ul>
      </section>
    );
  return (
    <div class="now-parts">
      {list(
        t('station.measured'),
        parameters.filter(({ id }) => !isWorkedOut(id)),
      )}
      {list(
        t('station.derived'),
        parameters.filter(({ id }) => isWorkedOut(id)),
      )}
    </div>
  );
}

interface RowProps {
  readonly parameter: Parameter;
  readonly reading: LatestReading | undefined;
  readonly level: LatestReading['level'] | undefined;
  readonly limits: readonly Limit[];
  readonly standard: number | null;
  /** Said in place of the reason, which a derived value has in one language only. */
  readonly note: Note | null;
  readonly isChosen: boolean;
  readonly showsInstrument: boolean;
  readonly href: string;
}

function Row({
  parameter,
  reading,
  level,
  limits,
  standard,
  note,
  isChosen,
  showsInstrument,
  href,
}: RowProps) {
  const { id, unit, period_s, instrument } = parameter;
  const stale = useStale(reading?.at ?? Number.POSITIVE_INFINITY, period_s);
  const lateMs = reading ? reading.received_at - reading.at : 0;
  const isLate = lateMs > LATE_MS && reading?.flag !== 9 && !isWorkedOut(id);
  return (
    <li class={`now-row${stale ? ' is-stale' : ''}`}>
      <a class="now-name" href={href} aria-current={isChosen ? 'true' : undefined}>
        {parameterName(id, language.value)}
      </a>
      <span class={`now-value${level ? ` text-${level}` : ''}`}>
        <Value value={reading?.value ?? null} parameter={id} unit={reading?.unit ?? unit} />
      </span>
      <span class="now-quality">
        {level && <Level level={level} />}
        {stale && <StaleTag />}
        {reading ? <FlagTag flag={reading.flag} reason={null} /> : <span>{t('station.neverCame')}</span>}
        {isLate && (
          <span class="tag">
            <Icon name="clock" size={12} weight={2.4} />
            {t('station.late', { time: formatDuration(lateMs, texts()) })}
          </span>
        )}
        {note !== null && <span class="now-reason">{local(note)}</span>}
        {note === null && reading && reading.reason !== null && (
          <span class="now-reason">{reasonText(reading.reason, texts())}</span>
        )}
        {showsInstrument && instrument !== undefined && <span dir="auto">{instrument}</span>}
      </span>
      <span class="now-age">{reading ? <Age at={reading.at} /> : t('age.none')}</span>
      {limits.length > 0 && (
        <span class="now-more">
          {limits.map((limit) => (
            <span key={limit.name} class={`now-limit text-${limit.level}`} title={limit.name}>
              <Icon name={limit.level} size={13} />
              <span class="unseen">
                {t('station.limit')}, {t(`level.${limit.level}`)}:{' '}
              </span>
              {limitText(limit, unit, standard)}
              {limit.when !== undefined && ` ${t('station.limitSometimes')}`}
            </span>
          ))}
        </span>
      )}
    </li>
  );
}
