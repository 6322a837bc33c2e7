/** One station: what it says now, its past, how complete that is, what is installed there, and what has happened. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { local, t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice, Origin, Skeleton } from '../../parts/notices.tsx';
import { WrongLink } from '../../parts/shown.tsx';
import { Mark } from '../../parts/station-mark.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { hrefOf } from '../../route.ts';
import { loaded, readingsOf, stateOf, stations } from '../../state.ts';
import type { ViewProps } from '../views.ts';
import { About } from './about.tsx';
import { Books } from './books.tsx';
import { Events } from './events.tsx';
import { useKnown } from './known.ts';
import { Charts, Now } from './now.tsx';
import { StationChoice } from './station-choice.tsx';
import './station.css';

const TABS = ['now', 'charts', 'books', 'about', 'events'] as const;
type Tab = (typeof TABS)[number];

export default function Station({ path, query }: ViewProps) {
  const [id, part = 'now'] = path;
  const tab = TABS.find((one) => one === part);
  const station = id === undefined ? undefined : stations.value.get(id);
  if (id === undefined) return <StationChoice />;
  if (!station || tab === undefined)
    return (
      <main class="page" tabIndex={-1}>
        {station ? <WrongLink /> : loaded.value === 'ready' ? <Unknown id={id} /> : <Skeleton lines={8} />}
      </main>
    );
  return <Known station={station} tab={tab} query={query} />;
}

function Unknown({ id }: { id: string }) {
  return (
    <Notice
      icon="doubtful"
      title={t('station.unknown')}
      text={t('station.unknownText', { id: id.slice(0, 80) })}
    >
      <a class="button" href={hrefOf('station')}>
        {t('station.all')}
      </a>
    </Notice>
  );
}

interface KnownProps {
  readonly station: StationAnswer;
  readonly tab: Tab;
  readonly query: ViewProps['query'];
}

function Known({ station, tab, query }: KnownProps) {
  const { id } = station;
  const known = useKnown(id);
  return (
    <main class="page station-page" tabIndex={-1}>
      <Head station={station} />
      <Tabs
        label={local(station.name)}
        tabs={TABS.map((one) => ({
          href: hrefOf('station', one === 'now' ? [id] : [id, one], isCourse(one) ? query : {}),
          name: t(`station.tab.${one}`),
          current: one === tab,
        }))}
      />
      <Origin origin={station.origin} />
      {tab === 'now' && <Now key={id} station={station} known={known} query={query} />}
      {tab === 'charts' && <Charts key={id} station={station} known={known} query={query} />}
      {tab === 'books' && <Books key={id} station={station} query={query} />}
      {tab === 'about' && <About key={id} station={station} known={known} />}
      {tab === 'events' && <Events key={id} station={station} query={query} />}
    </main>
  );
}

/** What is chosen on one of them is chosen on the other. */
const isCourse = (tab: Tab): boolean => tab === 'now' || tab === 'charts';

function Head({ station }: { station: StationAnswer }) {
  const state = stateOf(station.id).value;
  const newest = Math.max(...[...readingsOf(station.id).value.values()].map(({ at }) => at));
  return (
    <header class="station-head">
      <Mark kind={station.kind} state={state} size={48} />
      <div class="station-title">
        <h2 dir="auto" title={local(station.name)}>
          {local(station.name)}
        </h2>
        <p>
          {t(`kind.${station.kind}`)} · <bdi>{local(station.area)}</bdi> ·{' '}
          <strong class={`text-${state}`}>{t(`state.${state}`)}</strong>
          {Number.isFinite(newest) && (
            <>
              {' · '}
              <Age at={newest} />
            </>
          )}
        </p>
        {station.commissioning && (
          <p class="station-trial">
            <Icon name="info" size={14} />
            {t('station.commissioning')}
          </p>
        )}
      </div>
      <a
        class="button station-to-map"
        href={hrefOf('overview', [station.id])}
        aria-label={t('station.onMap')}
        title={t('station.onMap')}
      >
        <Icon name="map" size={16} />
        <span>{t('station.onMap')}</span>
      </a>
    </header>
  );
}
