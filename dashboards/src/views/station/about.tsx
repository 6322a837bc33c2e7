/** Where the station stands, what is installed there, and what is to be known of it. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { InstrumentAnswer } from '../../../../devices/wire/station.ts';
import { formatDuration } from '../../age.ts';
import { parameterName, unitLabel } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { Calibration } from './calibration.tsx';
import { instrumentsOf } from './calls.ts';
import { Instrument } from './instrument.tsx';
import type { Known } from './known.ts';
import { limitText } from './limit-text.ts';
import { Place } from './place.tsx';
import { TableBox } from './table-box.tsx';
import './about.css';

export function About({ station, known }: { station: StationAnswer; known: Known }) {
  const asked = useAnswer((signal) => instrumentsOf(station.id, signal), [station.id]);
  return (
    <div class="station-about">
      <div class="station-about-side">
        <Place station={station} />
        <Calibration station={station.id} />
      </div>
      <div class="station-about-main">
        <section aria-labelledby="instruments">
          <h3 id="instruments">{t('station.instruments')}</h3>
          <Shown asked={asked} lines={5}>
            {({ instruments }) => <Instruments station={station} instruments={instruments} />}
          </Shown>
        </section>
        <Parameters station={station} known={known} />
      </div>
    </div>
  );
}

interface InstrumentsProps {
  readonly station: StationAnswer;
  readonly instruments: readonly InstrumentAnswer[];
}

/** Those of which a profile is known, and the names of what measures besides. */
function Instruments({ station, instruments }: InstrumentsProps) {
  const names = [...new Set(station.parameters.flatMap(({ instrument }) => instrument ?? []))];
  if (instruments.length === 0 && names.length === 0)
    return (
      <div class="card">
        <Notice icon="info" title={t('station.noInstruments')} />
      </div>
    );
  return (
    <>
      {instruments.map((instrument) => (
        <Instrument key={instrument.id} instrument={instrument} />
      ))}
      {instruments.length === 0 && (
        <ul class="card station-lines">
          {names.map((name) => (
            <li key={name} dir="auto">
              {name}
            </li>
          ))}
          <li class="station-note">{t('station.noProfile')}</li>
        </ul>
      )}
    </>
  );
}

function Parameters({ station, known }: { station: StationAnswer; known: Known }) {
  const of = (id: string) => (known.limits ?? []).filter((limit) => limit.parameter === id);
  return (
    <div>
      <h3>{t('station.parameters')}</h3>
      <TableBox label={t('station.parameters')}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('chart.parameter')}</th>
              <th scope="col">{t('station.unit')}</th>
              <th scope="col">{t('station.period')}</th>
              <th scope="col">{t('station.instrument')}</th>
              <th scope="col">{t('station.limits')}</th>
            </tr>
          </thead>
          <tbody>
            {station.parameters.map(({ id, unit, period_s, instrument }) => (
              <tr key={id}>
                <th scope="row">
                  {parameterName(id, language.value)} <code class="station-about-id">{id}</code>
                </th>
                <td>{unitLabel(unit, language.value) || '–'}</td>
                <td>{formatDuration(period_s * 1000, texts())}</td>
                <td dir="auto">{instrument ?? '–'}</td>
                <td>
                  {of(id).map((limit) => (
                    <span key={limit.name} class={`now-limit text-${limit.level}`}>
                      <Icon name={limit.level} size={13} />
                      {limitText(limit, unit, known.standards.get(id) ?? null)}
                    </span>
                  ))}
                  {of(id).length === 0 && '–'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </div>
  );
}
