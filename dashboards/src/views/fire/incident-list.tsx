/** Fire incidents: the newest open one in full, what is open besides, and what is over. */
import type { IncidentAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { inChosenArea } from '../../parts/area-choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { stations } from '../../state.ts';
import { type Asked, useAnswer } from '../../use-answer.ts';
import { incidents } from './calls.ts';
import { fireChanges, Incident, IncidentHead, useAgain } from './incident.tsx';

const AGAIN_MS = 60_000;
const RECENT = 6;

export function useIncidents(): Asked<readonly IncidentAnswer[]> {
  const asked = useAnswer(incidents, [], AGAIN_MS);
  useAgain(fireChanges.value, asked.again);
  return asked;
}

/** A post that has left the inventory is of every area. */
const isHere = ({ stations: ids }: IncidentAnswer): boolean =>
  ids.some((id) => {
    const station = stations.value.get(id);
    return station === undefined || inChosenArea(station);
  });

export function OpenIncidents({ asked }: { asked: Asked<readonly IncidentAnswer[]> }) {
  return (
    <Shown asked={asked} lines={2}>
      {(all) => {
        const [first, ...others] = all.filter((one) => one.state === 'open' && isHere(one));
        if (first === undefined)
          return (
            <p class="no-incident">
              <Icon name="ok" size={20} />
              {t('fire.noIncident')}
            </p>
          );
        return (
          <section class="incidents" aria-label={t('fire.incidents')}>
            <Incident key={first.id} id={first.id} known={first} />
            <Links list={others} />
          </section>
        );
      }}
    </Shown>
  );
}

export function RecentIncidents({ asked }: { asked: Asked<readonly IncidentAnswer[]> }) {
  return (
    <section class="section" aria-labelledby="fire-recent">
      <div class="section-head">
        <h3 id="fire-recent">{t('fire.recent')}</h3>
      </div>
      <Shown asked={asked} lines={2}>
        {(all) => {
          const over = all.filter((one) => one.state === 'closed' && isHere(one));
          if (over.length === 0) return <p class="fire-note">{t('fire.noRecent')}</p>;
          return <Links list={over.slice(0, RECENT)} />;
        }}
      </Shown>
    </section>
  );
}

function Links({ list }: { list: readonly IncidentAnswer[] }) {
  return (
    <ul class="incident-links">
      {list.map((incident) => (
        <li key={incident.id}>
          <a href={hrefOf('fire', [incident.id])} aria-label={t('fire.openIncident', { id: incident.id })}>
            <IncidentHead incident={incident} posts={incident.stations.length} />
            <Icon name="next" size={18} />
          </a>
        </li>
      ))}
    </ul>
  );
}
