/** Forest fire: incidents that are open, then the danger level of the area that was looked at last, then that of the others. */
import './fire.css';
import './incident.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { FIRE_LEVELS } from '../../../../devices/standards/fire-levels.ts';
import { now } from '../../clock.ts';
import { local, t } from '../../i18n.ts';
import { recallArea, rememberArea } from '../../last-area.ts';
import { AreaChoice, chosenArea } from '../../parts/area-choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice, Skeleton } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { choose, hrefOf } from '../../route.ts';
import { loaded, readingsOf, stations } from '../../state.ts';
import type { ViewProps } from '../views.ts';
import { AreaCard, levelNumber, OldTag } from './area-card.tsx';
import { type AreaLevel, areaLevels, areaToShow } from './area-levels.ts';
import { Incident } from './incident.tsx';
import { OpenIncidents, RecentIncidents, useIncidents } from './incident-list.tsx';
import { Sign } from './sign.tsx';

export default function Fire({ path }: ViewProps) {
  const [incident] = path;
  return incident === undefined ? <Overview /> : <OneIncident id={incident} />;
}

function OneIncident({ id }: { id: string }) {
  return (
    <Page
      title={t('fire.incident', { id: id.slice(0, 12) })}
      tools={
        <a class="button" href={hrefOf('fire')}>
          <Icon name="back" size={16} />
          {t('fire.back')}
        </a>
      }
    >
      <Incident key={id} id={id} />
    </Page>
  );
}

function Overview() {
  const asked = useIncidents();
  const kept = useSignal(recallArea());
  const keep = (area: string): void => {
    kept.value = area;
    rememberArea(area);
  };
  const chooseArea = (area: string): void => {
    keep(area);
    choose({ area });
  };
  const named = chosenArea.value;
  useEffect(() => {
    if (named !== '') keep(named);
  }, [named]);
  if (loaded.value === 'first')
    return (
      <Page title={t('nav.fire')}>
        <Skeleton lines={6} />
      </Page>
    );
  const all = areaLevels(
    [...stations.value.values()].map((station) => ({ station, readings: readingsOf(station.id).value })),
    now.value,
  );
  const { area, shown } = areaToShow(all, named, kept.value);
  return (
    <Page title={t('nav.fire')} tools={<AreaChoice area={area} chosen={chooseArea} />}>
      {shown && <LevelInShort area={shown} />}
      {all.length > 0 && <OpenIncidents asked={asked} />}
      {shown ? (
        <AreaCard key={shown.area.vi} area={shown} />
      ) : (
        <NoPost any={all.length > 0} showAll={() => chooseArea('')} />
      )}
      <OtherAreas areas={all.filter((area) => area !== shown)} />
      {all.length > 0 && <RecentIncidents asked={asked} />}
    </Page>
  );
}

/** Above what burns: the level in a line, and a way down to it. On a wide screen nothing is far. */
function LevelInShort({ area }: { area: AreaLevel }) {
  const level = levelNumber(area);
  const name = local(area.area);
  return (
    <button
      type="button"
      class="level-short"
      onClick={() => document.getElementById('fire-area-name')?.scrollIntoView()}
    >
      <Sign level={level} area={name} small />
      <span class="level-short-words">
        <strong>
          {level === null
            ? t('fire.levelNone')
            : `${t('fire.level', { roman: FIRE_LEVELS[level].roman })} · ${local(FIRE_LEVELS[level].name)}`}
        </strong>
        <OldTag level={area.level} />
        <span class="one-line">{name}</span>
        <span class="unseen">{t('fire.toLevel')}</span>
      </span>
      <Icon name="next" size={18} />
    </button>
  );
}

function NoPost({ any, showAll }: { any: boolean; showAll: () => void }) {
  return (
    <div class="card">
      <Notice
        icon="fire"
        title={t(any ? 'fire.noneInArea' : 'fire.none')}
        text={any ? '' : t('fire.noneText')}
      >
        {any && (
          <button type="button" class="button" onClick={showAll}>
            {t('fire.allAreas')}
          </button>
        )}
      </Notice>
    </div>
  );
}

function OtherAreas({ areas }: { areas: readonly AreaLevel[] }) {
  if (areas.length === 0) return null;
  return (
    <section class="section" aria-labelledby="fire-others">
      <div class="section-head">
        <h3 id="fire-others">{t('fire.levels')}</h3>
      </div>
      <ul class="area-signs">
        {areas.map((area) => {
          const level = levelNumber(area);
          const name = local(area.area);
          return (
            <li key={area.area.vi}>
              <a href={hrefOf('fire', [], { area: area.area.vi })}>
                <Sign level={level} area={name} small />
                <span class="area-sign-name" dir="auto">
                  {name}
                </span>
                <span class="area-sign-level">
                  {level === null
                    ? t('fire.levelNone')
                    : `${t('fire.level', { roman: FIRE_LEVELS[level].roman })} · ${local(FIRE_LEVELS[level].name)}`}
                </span>
                <OldTag level={area.level} />
                <span class="area-sign-posts">{t('fire.posts', { n: area.posts.length })}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
