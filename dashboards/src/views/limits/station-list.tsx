/** All stations, by area: where limits are looked for. */
import { useComputed, useSignal } from '@preact/signals';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { fold } from '../../fold.ts';
import { language, local, t } from '../../i18n.ts';
import { rank } from '../../judge.ts';
import { AreaChoice, inChosenArea } from '../../parts/area-choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice, Skeleton } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { StationMark } from '../../parts/station-mark.tsx';
import { choose, hrefOf } from '../../route.ts';
import { alertsAt, loaded, stateOf, stations } from '../../state.ts';

/** More are a search away. */
const PAGE = 150;

const matches = ({ id, name, area }: StationAnswer, wanted: string): boolean =>
  wanted === '' || [id, name.vi, name.en, area.vi, area.en].some((text) => fold(text).includes(wanted));

export function StationList({ search }: { search: string }) {
  const count = useSignal(PAGE);
  const wanted = fold(search);
  const found = useComputed(() => {
    const order = new Intl.Collator(language.value, { numeric: true });
    return [...stations.value.values()]
      .filter(inChosenArea)
      .sort(
        (a, b) => order.compare(local(a.area), local(b.area)) || order.compare(local(a.name), local(b.name)),
      );
  }).value.filter((station) => matches(station, wanted));
  const shown = found.slice(0, count.value);
  const groups = Map.groupBy(shown, ({ area }) => local(area));
  return (
    <Page
      title={t('nav.limits')}
      lead={t('limits.lead')}
      tools={
        <>
          <label class="find">
            <Icon name="search" size={16} />
            <span class="unseen">{t('limits.search')}</span>
            <input
              type="search"
              placeholder={t('limits.search')}
              value={search}
              maxLength={100}
              onInput={(event) => choose({ search: event.currentTarget.value })}
            />
          </label>
          <AreaChoice />
        </>
      }
    >
      {loaded.value === 'first' && <Skeleton lines={6} />}
      {loaded.value !== 'first' && found.length === 0 && (
        <Notice
          icon={stations.value.size === 0 ? 'new' : 'search'}
          title={t(stations.value.size === 0 ? 'limits.noStations' : 'limits.noneFound')}
          text={t(stations.value.size === 0 ? 'limits.noStationsText' : 'limits.noneFoundText')}
        />
      )}
      {[...groups].map(([area, own]) => (
        <section key={area} class="section">
          <header class="section-head">
            <h3 dir="auto">{area}</h3>
            <span class="count">{own.length}</span>
          </header>
          <ul class="row-links">
            {own.map((station) => (
              <StationRow key={station.id} station={station} />
            ))}
          </ul>
        </section>
      ))}
      {found.length > shown.length && (
        <p class="more-row">
          <button
            type="button"
            class="button"
            onClick={() => {
              count.value += PAGE;
            }}
          >
            {t('app.more')}
          </button>
        </p>
      )}
    </Page>
  );
}

function StationRow({ station }: { station: StationAnswer }) {
  const state = stateOf(station.id).value;
  const open = alertsAt(station.id).filter(({ state: now }) => now !== 'cleared').length;
  return (
    <li>
      <a class="row-link" href={hrefOf('limits', [station.id])}>
        <StationMark id={station.id} kind={station.kind} size={32} />
        <span class="row-link-name">
          <strong dir="auto" title={local(station.name)}>
            {local(station.name)}
          </strong>
          <span>
            {t(`kind.${station.kind}`)}
            {rank(state) < rank('ok') && ` · ${t(`state.${state}`)}`}
          </span>
        </span>
        {open > 0 && <span class="count">{t('limits.openAlerts', { n: open })}</span>}
        <Icon name="next" size={16} />
      </a>
    </li>
  );
}
