/** One fire incident: its posts, the wind, what to take in hand, and what happened. */
import { computed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { AlertAnswer, IncidentAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { isUnacknowledged } from '../../merge.ts';
import { Age } from '../../parts/age.tsx';
import { AlertCard } from '../../parts/alert-card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Level } from '../../parts/level.tsx';
import { Shown } from '../../parts/shown.tsx';
import { alertList, alerts as live, stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { type IncidentCase, incidentCase, incidentOf } from './calls.ts';
import { IncidentPlan, type Seen } from './incident-plan.tsx';
import { IncidentPosts } from './incident-posts.tsx';
import { worstOpen } from './incident-state.ts';
import { eventsOf } from './timeline.ts';
import { Timeline } from './timeline.tsx';
import { WindNow } from './wind-now.tsx';

const AGAIN_MS = 60_000;

/** Changes with what the stream tells of fire alerts: what was asked for before is old then. */
export const fireChanges = computed(() =>
  alertList.value
    .filter(({ incident }) => incident !== undefined)
    .map(({ id, state, level, notes }) => `${id} ${state} ${level} ${notes.length}`)
    .join(),
);

interface IncidentProps {
  readonly id: string;
  /** As a list has it: then it is not asked for. */
  readonly known?: IncidentAnswer;
}

export function Incident({ id, known }: IncidentProps) {
  const asked = useAnswer(
    async (signal) => incidentCase(known ?? (await incidentOf(id, signal)), signal),
    [id],
    AGAIN_MS,
  );
  useAgain(`${fireChanges.value} ${known?.alerts.length}`, asked.again);
  return (
    <Shown asked={asked} lines={6}>
      {(found) => <Case found={found} />}
    </Shown>
  );
}

/** Asks again when what the answer depends on has changed since, and keeps what is shown meanwhile. */
export function useAgain(changes: string, again: () => void): void {
  const before = useRef(changes);
  useEffect(() => {
    if (before.current === changes) return;
    before.current = changes;
    again();
  }, [changes]);
}

/** What the stream has told since goes before the answer. */
const newest = (alert: AlertAnswer): AlertAnswer => live.value.get(alert.id) ?? alert;

function Case({ found }: { found: IncidentCase }) {
  const { incident, transitions } = found;
  const alerts = found.alerts.map(newest);
  const posts = postsOf(incident, alerts);
  const standing = alerts.filter(({ state }) => state !== 'cleared');
  const [waiting, taken] = [
    standing.filter(isUnacknowledged),
    standing.filter((one) => !isUnacknowledged(one)),
  ];
  const open = [...waiting, ...taken];
  const [first] = posts;
  return (
    <article class={`incident incident-${incident.state}`}>
      <IncidentHead incident={incident} posts={incident.stations.length} />
      <div class="incident-grid">
        <div class="incident-where">
          {first && (
            <section class="incident-wind" aria-label={t('fire.wind')}>
              <h4>{t('fire.wind')}</h4>
              <WindNow place={first.station} />
            </section>
          )}
          <IncidentPlan posts={posts} />
        </div>
        <section class="incident-posts" aria-label={t('fire.reporters')}>
          <h4>{t('fire.reporters')}</h4>
          <IncidentPosts posts={posts} />
          {posts.length < incident.stations.length && <p class="fire-note">{t('fire.otherPosts')}</p>}
        </section>
        {open.length > 0 && (
          <section class="incident-alerts" aria-label={t('fire.alertsOf')}>
            <h4>{t('fire.alertsOf')}</h4>
            <div class="incident-cards">
              {open.map((alert) => (
                <AlertCard key={alert.id} alert={alert} />
              ))}
            </div>
          </section>
        )}
        <section class="incident-events" aria-label={t('fire.timeline')}>
          <h4>{t('fire.timeline')}</h4>
          <Timeline events={eventsOf(transitions, alerts)} />
        </section>
      </div>
    </article>
  );
}

/** The one that saw it first is the first. */
function postsOf(incident: IncidentAnswer, alerts: readonly AlertAnswer[]): Seen[] {
  const order = new Set([...alerts.map(({ station }) => station), ...incident.stations]);
  return [...order].flatMap((id): Seen[] => {
    const station: StationAnswer | undefined = stations.value.get(id);
    const own = alerts.filter((alert) => alert.station === id);
    return station === undefined ? [] : [{ station, level: worstOpen(own) }];
  });
}

export function IncidentHead({ incident, posts }: { incident: IncidentAnswer; posts: number }) {
  const { id, state, level, opened_at, last_at } = incident;
  const time = formatMoment(opened_at, now.peek(), language.value);
  return (
    <header class="incident-head">
      <Icon name="fire" size={26} weight={2.2} />
      <div>
        <h3>
          {t('fire.incident', { id })} · {t('fire.posts', { n: posts })}
        </h3>
        <p>
          {state === 'open' ? (
            <>
              {t('fire.since', { time })} · <Age at={opened_at} />
            </>
          ) : (
            t('fire.lasted', { from: time, time: formatDuration(Math.max(0, last_at - opened_at), texts()) })
          )}
        </p>
      </div>
      {state === 'open' ? <Level level={level} /> : <span class="tag">{t('fire.closed')}</span>}
    </header>
  );
}
