/** One area in full: the sign, what it is made of, the course of the dry days, what the level asks for, its posts. */
import { FIRE_LEVELS, type FireLevel } from '../../../../devices/standards/fire-levels.ts';
import type { DerivedValueAnswer, LatestReading } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Origin } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { Value } from '../../parts/value.tsx';
import { useAnswer } from '../../use-answer.ts';
import { type AreaLevel, isOld, levelOf, type Post } from './area-levels.ts';
import { Asks } from './asks.tsx';
import { COURSE_DAYS, courseOf, derivedOf } from './calls.ts';
import { courseDays, dryDays } from './course.ts';
import { CourseChart } from './course-chart.tsx';
import { PostTable } from './post-table.tsx';
import { Sign } from './sign.tsx';

const AGAIN_MS = 600_000;

export const levelNumber = ({ level }: AreaLevel): FireLevel | null =>
  level === null || level.value === null ? null : (level.value as FireLevel);

export function AreaCard({ area }: { area: AreaLevel }) {
  const [first] = area.posts;
  if (first === undefined) return null;
  const level = levelNumber(area);
  const name = local(area.area);
  // The day's level is there a moment after 13:00: the answer is asked for with it.
  const made = area.level?.at ?? 0;
  const { id } = first.station;
  const derived = useAnswer((signal) => derivedOf(id, signal), [id, made], AGAIN_MS);
  return (
    <div class="fire-area">
      <section class="card fire-sign" aria-labelledby="fire-area-name">
        <h3 id="fire-area-name" class="fire-area-name" dir="auto">
          {name}
        </h3>
        <Sign level={level} area={name} />
        <p class="fire-level">
          <span class="fire-roman">
            {level === null ? t('fire.levelNone') : t('fire.level', { roman: FIRE_LEVELS[level].roman })}
          </span>
          {level !== null && <span class="fire-name">{local(FIRE_LEVELS[level].name)}</span>}
        </p>
        {level !== null && <p class="fire-mean">{t(`fire.mean.${level}`)}</p>}
        {area.level !== null && <When at={area.level.at} />}
        {level !== null && area.posts.some((post) => levelOf(post)?.value !== level) && (
          <p class="fire-worst">{t('fire.worstPost', { post: local(first.station.name) })}</p>
        )}
        <Origin origin={first.station.origin} short />
        {level === null && <Why asked={derived} made={area.level !== null} />}
      </section>
      <section class="card fire-made" aria-label={t('fire.method')}>
        <Shown asked={derived} lines={5}>
          {({ values }) => <Made values={values} post={first} />}
        </Shown>
      </section>
      {level !== null && <Asks level={level} />}
      <PostTable posts={area.posts} />
    </div>
  );
}

function When({ at }: { at: number }) {
  return (
    <p class="fire-when">
      {t('fire.of', { time: formatMoment(at, now.value, language.value) })}
      <OldTag level={{ at }} />
    </p>
  );
}

export function OldTag({ level }: { level: Pick<LatestReading, 'at'> | null }) {
  if (level === null || !isOld(level, now.value)) return null;
  return (
    <span class="tag tag-stale">
      <Icon name="clock_off" size={12} weight={2.4} />
      {t('fire.oldLevel')}
    </span>
  );
}

type Asked = ReturnType<typeof useAnswer<{ readonly values: readonly DerivedValueAnswer[] }>>;

const find = (values: readonly DerivedValueAnswer[], parameter: string): DerivedValueAnswer | undefined =>
  values.find((value) => value.parameter === parameter);

/** Why there is no level, in the words of the gateway. */
function Why({ asked, made }: { asked: Asked; made: boolean }) {
  return (
    <Shown asked={asked} lines={1}>
      {({ values }) => {
        const note = find(values, 'fire_level')?.note;
        return <p class="fire-why">{note && made ? local(note) : t('fire.noValueYet')}</p>;
      }}
    </Shown>
  );
}

function Made({ values, post }: { values: readonly DerivedValueAnswer[]; post: Post }) {
  const p = find(values, 'fire_p_index');
  const level = find(values, 'fire_level');
  const fwi = find(values, 'fwi');
  const input = (parameter: string) => p?.inputs.find((one) => one.parameter === parameter)?.value ?? null;
  const course = useAnswer(
    (signal) => courseOf(post.station.id, now.peek(), signal),
    [post.station.id, p?.at ?? 0],
    AGAIN_MS,
  );
  const upTo = level?.table?.up_to ?? [];
  const rain = p?.method.match(/\/([\d.]+)-mm$/)?.[1];
  const rained = p?.inputs.find(({ parameter }) => parameter.startsWith('rain_'));
  return (
    <>
      <dl class="fire-facts">
        <Fact name={t('fire.p')} value={p?.value ?? null} parameter="fire_p_index" strong />
        <Shown asked={course} lines={1}>
          {({ points }) => <Dry dry={dryDays(courseDays(points, now.peek(), COURSE_DAYS))} />}
        </Shown>
        <Fact name={t('fire.t13')} value={input('air_temperature')} parameter="air_temperature" unit="Cel" />
        <Fact
          name={t('fire.rh13')}
          value={input('relative_humidity')}
          parameter="relative_humidity"
          unit="%RH"
        />
        <Fact name={t('fire.rain')} value={rained?.value ?? null} parameter="rain_total" unit="mm" />
        <Fact name={t('fire.fwi')} value={fwi?.value ?? null} parameter="fwi" />
      </dl>
      {p?.note && <p class="fire-note">{local(p.note)}</p>}
      <h3 class="fire-sub">{t('fire.course')}</h3>
      <Shown asked={course}>
        {({ points }) => <CourseChart course={courseDays(points, now.peek(), COURSE_DAYS)} upTo={upTo} />}
      </Shown>
      <details class="fire-method">
        <summary>{t('fire.method')}</summary>
        {rain !== undefined && <p>{t('fire.rainThreshold', { mm: rain })}</p>}
        {p?.zone !== undefined && <p>{t('fire.zone', { zone: p.zone })}</p>}
        {level?.table && (
          <p title={level.table.source}>{t('fire.table', { table: local(level.table.name) })}</p>
        )}
        <p>{t('fire.fwiHint')}</p>
        <p>{t('fire.colours')}</p>
      </details>
    </>
  );
}

function Dry({ dry }: { dry: ReturnType<typeof dryDays> }) {
  return (
    <div class="fact">
      <dt>{t('fire.dry')}</dt>
      <dd class="value">
        {dry === null ? '–' : t(dry.atLeast ? 'fire.dryAtLeast' : 'fire.dryDays', { n: dry.days })}
      </dd>
    </div>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: number | null;
  readonly parameter: string;
  readonly unit?: string;
  readonly strong?: boolean;
}

function Fact({ name, value, parameter, unit = 'index', strong = false }: FactProps) {
  return (
    <div class={strong ? 'fact fact-strong' : 'fact'}>
      <dt>{name}</dt>
      <dd>
        <Value value={value} parameter={parameter} unit={unit} />
      </dd>
    </div>
  );
}
