/** The report of a month: which stations and month, then a sheet for each station, to be printed or taken as CSV. */

import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { language, local, t } from '../../i18n.ts';
import { AreaChoice, inChosenArea } from '../../parts/area-choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose, type Query } from '../../route.ts';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { daysOfMonth, lastMonths, monthName } from './days.ts';
import { mediumOf } from './medium.ts';
import { reportCsv } from './report-csv.ts';
import { loadReport } from './report-load.ts';
import { saveText } from './save.ts';
import { Sheet } from './sheet.tsx';
import './report.css';

const MONTHS = 13;
/** Each asks the gateway for every day of the month. */
const MOST = 12;

export function Report({ query }: { query: Query }) {
  const months = lastMonths(now.value, MONTHS);
  const month = months.find((one) => one === query.month) ?? months[1] ?? '';
  const ids = (query.station ?? '').split(',').filter((id) => id !== '');
  const order = new Intl.Collator(language.value, { numeric: true });
  const all = [...stations.value.values()]
    .filter(({ kind }) => mediumOf(kind) !== null)
    .sort(
      (one, other) =>
        order.compare(one.kind, other.kind) || order.compare(local(one.name), local(other.name)),
    );
  const chosen = all.filter(({ id }) => ids.includes(id)).slice(0, MOST);
  const offered = all.filter((one) => inChosenArea(one) || ids.includes(one.id));
  const toggle = (id: string): void => {
    const next = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
    choose({ station: next.join() });
  };
  if (all.length === 0)
    return <Notice icon="air" title={t('air-water.none.air')} text={t('air-water.noneText')} />;
  return (
    <>
      <form class="card aw-report-form" onSubmit={(event) => event.preventDefault()}>
        <div class="aw-report-what">
          <label class="aw-month">
            {t('air-water.month')}
            <select
              class="select"
              value={month}
              onChange={(event) => choose({ month: event.currentTarget.value })}
            >
              {months.map((one) => (
                <option key={one} value={one}>
                  {monthName(one)}
                </option>
              ))}
            </select>
          </label>
          <AreaChoice />
        </div>
        <fieldset class="aw-choices">
          <legend>{t('air-water.chooseStations', { n: MOST })}</legend>
          {offered.map((station) => (
            <label key={station.id} class="aw-choice">
              <input
                type="checkbox"
                checked={ids.includes(station.id)}
                disabled={!ids.includes(station.id) && chosen.length >= MOST}
                onChange={() => toggle(station.id)}
              />
              <Icon name={station.kind} size={16} />
              <span dir="auto" title={local(station.name)}>
                {local(station.name)}
              </span>
            </label>
          ))}
        </fieldset>
      </form>
      {chosen.length === 0 ? (
        <Notice icon="print" title={t('air-water.chooseFirst')} text={t('air-water.chooseFirstText')} />
      ) : (
        <Sheets chosen={chosen} month={month} />
      )}
    </>
  );
}

function Sheets({ chosen, month }: { chosen: readonly StationAnswer[]; month: string }) {
  const days = daysOfMonth(month, now.value);
  if (days.length === 0)
    return <Notice icon="clock" title={t('air-water.monthBegins')} text={t('air-water.monthBeginsText')} />;
  return <Loaded key={`${month} ${days.length}`} {...{ chosen, month, days }} />;
}

interface LoadedProps {
  readonly chosen: readonly StationAnswer[];
  readonly month: string;
  readonly days: readonly string[];
}

function Loaded({ chosen, month, days }: LoadedProps) {
  const asked = useAnswer(
    (signal) => loadReport(chosen, days, signal),
    [chosen.map(({ id }) => id), days[0], days.length],
  );
  return (
    <Shown asked={asked} lines={12}>
      {({ reports, scales }) => (
        <>
          <div class="aw-tools aw-report-tools">
            <button type="button" class="button button-strong" onClick={() => window.print()}>
              <Icon name="print" size={18} />
              {t('air-water.print')}
            </button>
            <button
              type="button"
              class="button"
              onClick={() =>
                saveText(`quantrac_${month}.csv`, 'text/csv', reportCsv(reports, scales, language.value))
              }
            >
              <Icon name="download" size={18} />
              {t('app.export')}
            </button>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a sheet is wider than a phone, and is moved by keyboard, too. */}
          <section class="aw-sheets" aria-label={t('air-water.tab.report')} tabIndex={0}>
            {reports.map((report) => (
              <Sheet
                key={report.station.id}
                {...{ report, month, days }}
                scale={scales[report.medium.hour] ?? []}
              />
            ))}
          </section>
        </>
      )}
    </Shown>
  );
}
