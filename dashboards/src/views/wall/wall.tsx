/** The wall of an operations room: what matters, large and dark, turning by itself, with nobody at a keyboard. */
import './wall.css';
import './panels.css';
import './panels-more.css';
import './tools.css';
import { computed, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import { now } from '../../clock.ts';
import { local, t } from '../../i18n.ts';
import { loadProvinces } from '../../map/geo.ts';
import { isNewVersion, takeOver } from '../../offline/install.ts';
import { Icon } from '../../parts/icon.tsx';
import { Skeleton } from '../../parts/notices.tsx';
import { hrefOf } from '../../route.ts';
import { conditionName } from '../../say.ts';
import { loaded, stations } from '../../state.ts';
import type { ViewProps } from '../views.ts';
import { AlertsPanel, waiting } from './alerts-panel.tsx';
import { ChartPanel } from './chart-panel.tsx';
import { type PanelId, parseChoice, turnAt, turnsOf, type WallChoice } from './choice.ts';
import { FirePanel } from './fire-panel.tsx';
import { Head } from './head.tsx';
import { AirPanel, WaterPanel } from './index-panel.tsx';
import { LinksPanel } from './links-panel.tsx';
import { isLost, Lost } from './lost.tsx';
import { MapPanel } from './map-panel.tsx';
import { provinceOf } from './province.ts';
import { goDark, stayAwake, toggleFullScreen } from './screen.ts';
import { Setup } from './setup.tsx';
import { useIdle } from './use-idle.ts';

export default function Wall({ query }: ViewProps) {
  const choice = parseChoice(query);
  const turns = turnsOf(choice);
  // The clock ticks each second: only another turn is another picture.
  const turn = useMemo(
    () => computed(() => turnAt(turns.length, choice.every, now.value)),
    [turns.length, choice.every],
  ).value;
  const panels = turns[turn] ?? [];
  const idle = useIdle();
  const name = useName(choice.name);
  useLayoutEffect(goDark, []);
  useEffect(stayAwake, []);
  return (
    <main
      class={`wall${isLost.value ? ' is-lost' : ''}${idle.value ? ' is-idle' : ''}`}
      tabIndex={-1}
      aria-label={t('nav.wall')}
    >
      <Head name={name} />
      {loaded.value === 'ready' ? (
        <div class={`wall-panels wall-panels-${panels.length}`}>
          {withMap(panels, choice).map((id) => (
            <OnePanel key={id} id={id} choice={choice} beside={panels} />
          ))}
        </div>
      ) : (
        <Skeleton lines={6} />
      )}
      <footer class="wall-foot">
        {loaded.value === 'ready' && !panels.includes('alerts') && <Worst />}
        {turns.length > 1 && choice.every > 0 && <Turns count={turns.length} current={turn} />}
      </footer>
      <Tools choice={choice} />
      <Lost />
    </main>
  );
}

/** The map is made once and waits unseen for its turn: making it anew, with the borders of the country, is work for nothing. */
const withMap = (panels: readonly PanelId[], choice: WallChoice): readonly PanelId[] =>
  choice.panels.includes('map') && !panels.includes('map') ? [...panels, 'map'] : panels;

interface OnePanelProps {
  readonly id: PanelId;
  readonly choice: WallChoice;
  /** All that are seen now. */
  readonly beside: readonly PanelId[];
}

function OnePanel({ id, choice, beside }: OnePanelProps) {
  if (id === 'map') {
    const bare = beside.length > 2 || beside.includes('alerts');
    return <MapPanel bare={bare} hidden={!beside.includes('map')} />;
  }
  if (id === 'alerts') return <AlertsPanel />;
  if (id === 'fire') return <FirePanel />;
  if (id === 'air') return <AirPanel />;
  if (id === 'water') return <WaterPanel />;
  if (id === 'links') return <LinksPanel />;
  return <ChartPanel station={choice.station} parameter={choice.parameter} />;
}

/** What was chosen, or the province in which the stations are. */
function useName(chosen: string): string {
  const province = useSignal<string | null>(null);
  const some = stations.value.size > 0;
  useEffect(() => {
    if (chosen !== '' || !some) return;
    const ending = new AbortController();
    loadProvinces(ending.signal)
      .then(({ features }) => {
        province.value = provinceOf(features, [...stations.peek().values()]);
      })
      // The head has a name without it.
      .catch(() => {});
    return () => ending.abort();
  }, [chosen, some]);
  return chosen || (province.value ?? 'Quantrac');
}

/** While the alerts are not among the panels: the one that needs a hand first. */
function Worst() {
  const [first] = waiting.value;
  if (first === undefined) return null;
  const name = local(first.station_name);
  return (
    <p class={`wall-worst wall-${first.level}`}>
      <Icon name={first.level} weight={2.4} />
      <strong>{t(`level.${first.level}`)}</strong>
      <bdi title={name}>
        {conditionName(first)} · {name}
      </bdi>
    </p>
  );
}

function Turns({ count, current }: { count: number; current: number }) {
  return (
    <p class="wall-turns">
      <span class="unseen">{t('wall.turn', { n: current + 1, of: count })}</span>
      {Array.from({ length: count }, (_, index) => (
        <span key={index} class={index === current ? 'is-now' : ''} aria-hidden="true" />
      ))}
    </p>
  );
}

function Tools({ choice }: { choice: WallChoice }) {
  const open = useSignal(false);
  // Nobody is there to be asked, and nothing is lost.
  const takes = isNewVersion.value && !open.value;
  useEffect(() => {
    if (takes) takeOver();
  }, [takes]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.toLowerCase() === 'f') toggleFullScreen();
      if (event.key === 'Escape') open.value = false;
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
  return (
    <div class="wall-tools">
      {open.value && <Setup choice={choice} close={() => (open.value = false)} />}
      <div class="wall-tool-line">
        <button type="button" class="button" onClick={toggleFullScreen}>
          <Icon name="fit" />
          {t('wall.fullScreen')}
          <kbd>F</kbd>
        </button>
        <button
          type="button"
          class="button"
          aria-expanded={open.value}
          onClick={() => (open.value = !open.value)}
        >
          <Icon name="limits" />
          {t('wall.setup')}
        </button>
        <a class="button" href={hrefOf('overview')}>
          <Icon name="back" />
          {t('wall.leave')}
        </a>
      </div>
    </div>
  );
}
