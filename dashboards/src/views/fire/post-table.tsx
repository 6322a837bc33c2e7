/** The posts of an area: level of the day, what they see and measure now. */
import { FIRE_LEVELS, type FireLevel } from '../../../../devices/standards/fire-levels.ts';
import { local, t } from '../../i18n.ts';
import { Age, StaleTag, useStale } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Value } from '../../parts/value.tsx';
import { hrefOf } from '../../route.ts';
import { levelOf, type Post } from './area-levels.ts';

const SHOWN = ['air_temperature', 'relative_humidity', 'wind_speed'] as const;

export function PostTable({ posts }: { posts: readonly Post[] }) {
  return (
    <section class="post-list" aria-labelledby="fire-posts">
      <div class="section-head">
        <h3 id="fire-posts">{t('fire.postList')}</h3>
        <span class="count">{posts.length}</span>
      </div>
      <ul>
        {posts.map((post) => (
          <PostRow key={post.station.id} post={post} />
        ))}
      </ul>
    </section>
  );
}

function PostRow({ post }: { post: Post }) {
  const { station, readings } = post;
  const level = levelOf(post)?.value as FireLevel | null | undefined;
  const newest = Math.max(0, ...SHOWN.map((id) => readings.get(id)?.at ?? 0));
  const name = local(station.name);
  return (
    <li class="post">
      <a class="post-name" href={hrefOf('station', [station.id])} title={name} dir="auto">
        {name}
      </a>
      <span class={level ? `post-level fire-edge-${level}` : 'post-level'}>
        {level ? t('fire.level', { roman: FIRE_LEVELS[level].roman }) : t('fire.levelNone')}
      </span>
      {station.kind === 'fire' && <Detection post={post} />}
      <span class="post-values">
        {SHOWN.map((id) => {
          const reading = readings.get(id);
          return reading && <Value key={id} value={reading.value} parameter={id} unit={reading.unit} />;
        })}
        {newest > 0 && <Age at={newest} />}
      </span>
    </li>
  );
}

const ICONS = { 0: 'ok', 1: 'warning', 2: 'critical' } as const;

/** What the sensors say together; silent ones never say that there is no fire. */
export function Detection({ post: { station, readings } }: { post: Post }) {
  const reading = readings.get('fire_detection');
  const period = station.parameters.find(({ id }) => id === 'fire_detection')?.period_s ?? 60;
  const stale = useStale(reading?.at ?? 0, period);
  const value = reading?.value;
  if (value !== 0 && value !== 1 && value !== 2)
    return (
      <span class="detection">
        <Icon name="missing" size={14} weight={2.2} />
        {t('fire.detection.none')}
      </span>
    );
  return (
    <span class={`detection detection-${value}${stale ? ' is-stale' : ''}`}>
      <Icon name={ICONS[value]} size={14} weight={2.2} />
      {t(`fire.detection.${value}`)} {stale && <StaleTag />}
    </span>
  );
}
