/** Forest fire danger by area: the sign that people know from the road, worst first. */
import '../fire/fire.css';
import { FIRE_LEVELS } from '../../../../devices/standards/fire-levels.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { StaleTag } from '../../parts/age.tsx';
import { Notice } from '../../parts/notices.tsx';
import { readingsOf, stations } from '../../state.ts';
import { type AreaLevel, areaLevels, isOld } from '../fire/area-levels.ts';
import { Sign } from '../fire/sign.tsx';
import { FitList } from './fit-list.tsx';
import { Panel } from './panel.tsx';

type Level = keyof typeof FIRE_LEVELS;

const numberOf = ({ level }: AreaLevel): Level | null =>
  level === null || level.value === null ? null : (level.value as Level);

export function FirePanel() {
  const areas = areaLevels(
    [...stations.value.values()].map((station) => ({ station, readings: readingsOf(station.id).value })),
    now.value,
  );
  return (
    <Panel name="fire" title={t('wall.fire')}>
      {areas.length === 0 ? (
        <Notice icon="fire" title={t('fire.none')} text={t('fire.noneText')} />
      ) : (
        <FitList items={areas} keyOf={({ area }) => area.vi} label={t('wall.fire')}>
          {(area) => <Area area={area} />}
        </FitList>
      )}
    </Panel>
  );
}

function Area({ area }: { area: AreaLevel }) {
  const level = numberOf(area);
  const name = local(area.area);
  return (
    <div class="wall-fire">
      <Sign level={level} area={name} small />
      <p>
        <bdi title={name}>{name}</bdi>
        <strong class="wall-fire-level">
          {level === null ? t('fire.levelNone') : t('fire.level', { roman: FIRE_LEVELS[level].roman })}
        </strong>
        {level !== null && <span>{local(FIRE_LEVELS[level].name)}</span>}
        {area.level !== null && <When at={area.level.at} />}
      </p>
    </div>
  );
}

/** One is made a day: an older one says nothing of today. */
function When({ at }: { at: number }) {
  return (
    <span class="wall-fire-when">
      {t('fire.of', { time: formatMoment(at, now.value, language.value) })}
      {isOld({ at }, now.value) && <StaleTag />}
    </span>
  );
}
