/** One instrument: its model, what is peculiar about it, what it can measure, and where that is known from. */
import type { InstrumentAnswer, ProfileFacts } from '../../../../devices/wire/station.ts';
import { parameterName, unitLabel } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';

export function Instrument({ instrument: { id, profile, facts, writes } }: { instrument: InstrumentAnswer }) {
  return (
    <article class="card instrument">
      <header>
        <h4>{facts ? `${facts.maker} ${facts.models.join(', ')}` : profile}</h4>
        <p class="instrument-lead">
          <code>{id}</code> · {t('station.profile')} <code>{profile}</code>
          {facts && ` · ${t('station.revision', { n: facts.revision })}`}
        </p>
      </header>
      {facts === null && <p class="station-note">{t('station.foreignProfile')}</p>}
      {facts && (
        <>
          <p class="instrument-status">
            <Icon name={facts.status === 'bench' ? 'ok' : 'info'} size={16} />
            {t(`station.proved.${facts.status}`)}
          </p>
          <Caveats facts={facts} />
          <Ranges facts={facts} />
        </>
      )}
      {writes.length > 0 && (
        <>
          <h5>{t('station.writes')}</h5>
          <ul class="station-lines">
            {writes.map(({ name, label, note, dangerous }) => (
              <li key={name}>
                <strong>{label}</strong>
                {dangerous && <span class="tag"> {t('station.dangerous')}</span>}
                {note !== '' && <span class="instrument-note">{note}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      {facts && facts.sources.length > 0 && (
        <details>
          <summary>{t('station.sources')}</summary>
          <ul class="station-lines">
            {facts.sources.map((source) => (
              <li key={source} lang="en">
                {source}
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}

function Caveats({ facts: { caveats } }: { facts: ProfileFacts }) {
  if (caveats.length === 0) return null;
  return (
    <div class="instrument-caveats">
      <h5>
        <Icon name="warning" size={16} />
        {t('station.caveats')}
      </h5>
      <ul>
        {caveats.map((caveat) => (
          <li key={caveat} lang="en" dir="auto">
            {caveat}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Ranges({ facts: { ranges } }: { facts: ProfileFacts }) {
  if (ranges.length === 0) return null;
  const number = new Intl.NumberFormat(language.value === 'vi' ? 'vi-VN' : 'en-GB');
  return (
    <>
      <h5>{t('station.ranges')}</h5>
      <ul class="instrument-ranges">
        {ranges.map(({ parameter, low, high, unit }) => (
          <li key={parameter}>
            {parameterName(parameter, language.value)}{' '}
            <strong>
              {t('station.fromTo', { low: number.format(low), high: number.format(high) })}{' '}
              {unitLabel(unit, language.value)}
            </strong>
          </li>
        ))}
      </ul>
    </>
  );
}
