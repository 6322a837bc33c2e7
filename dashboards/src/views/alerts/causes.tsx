/** The readings that caused an alert: around the time, and each as it was. */
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatExact, formatMoment, isSwitch, parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { raisedBy } from '../../merge.ts';
import { valueText } from '../../parts/value.tsx';
import { CauseChart } from './cause-chart.tsx';
import { type Cause, causesOf } from './cause-list.ts';

/** Of a fire detection the number says nothing: what it was made of is listed beside it. */
const isShown = ({ parameter }: Cause): boolean => parameter !== 'fire_detection';

export function Causes({ alert }: { alert: AlertAnswer }) {
  const causes = causesOf(alert).filter(isShown);
  const charts = chartsOf(alert, causes);
  if (alert.about) return null;
  return (
    <section class="section causes" aria-labelledby="causes-title">
      <h3 id="causes-title">{t('alerts.causes')}</h3>
      {charts.map(({ station, parameter, threshold }) => (
        <CauseChart
          key={`${station}/${parameter}`}
          alert={alert}
          station={station}
          parameter={parameter}
          threshold={threshold}
        />
      ))}
      {causes.length === 0 ? (
        <p class="quiet-text">{t('alerts.causesEmpty')}</p>
      ) : (
        <CauseTable causes={causes} alert={alert} />
      )}
    </section>
  );
}

const MOST_CHARTS = 2;

interface ChartOf {
  readonly station: string;
  readonly parameter: string;
  /** null: the threshold is of a change or of a silence, none of the values. */
  readonly threshold: number | null;
}

/** Of its own parameter, or of those that a fire was seen by; what is only on or off is told by the table. */
function chartsOf(alert: AlertAnswer, causes: readonly Cause[]): ChartOf[] {
  if (alert.parameter !== '' && alert.parameter !== 'fire_detection') {
    const proof = raisedBy(alert);
    const ofValue = proof !== undefined && proof.within_s === undefined && !alert.no_data;
    return [
      { station: alert.station, parameter: alert.parameter, threshold: ofValue ? proof.threshold : null },
    ];
  }
  const seen = new Map(
    causes
      .filter(({ parameter }) => !isSwitch(parameter))
      .map(({ station, parameter, threshold }) => [
        `${station}/${parameter}`,
        { station, parameter, threshold: threshold ?? null },
      ]),
  );
  return [...seen.values()].slice(0, MOST_CHARTS);
}

function CauseTable({ causes, alert }: { causes: readonly Cause[]; alert: AlertAnswer }) {
  const named =
    new Set(causes.map(({ parameter }) => parameter)).size > 1 || alert.parameter === 'fire_detection';
  return (
    <div class="table-box">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('alerts.reading.time')}</th>
            {named && <th scope="col">{t('alerts.reading.what')}</th>}
            <th scope="col" class="number">
              {t('alerts.reading.value')}
            </th>
            <th scope="col" class="number">
              {t('alerts.reading.limit')}
            </th>
          </tr>
        </thead>
        <tbody>
          {causes.map((cause) => (
            <CauseLine
              key={`${cause.at}${cause.station}${cause.parameter}${cause.state}`}
              cause={cause}
              named={named}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CauseLine({ cause, named }: { cause: Cause; named: boolean }) {
  const { at, parameter, unit, value, threshold, state } = cause;
  const say = (one: number): string => valueText(one, parameter, unit);
  return (
    <tr>
      <td>
        <time dateTime={new Date(at).toISOString()} title={formatExact(at, language.value)}>
          {formatMoment(at, now.peek(), language.value)}
        </time>
        <small class="cause-state">{t(`alerts.reading.${state}`)}</small>
      </td>
      {named && <td>{parameterName(parameter, language.value)}</td>}
      <td class="number">{say(value)}</td>
      <td class="number">{threshold === undefined || isSwitch(parameter) ? '–' : say(threshold)}</td>
    </tr>
  );
}
