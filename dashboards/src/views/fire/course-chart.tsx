/** Index P of the last days as bars over the bands of the levels; each day can be read off, the table has all. */
import './course.css';
import { useSignal } from '@preact/signals';
import { FIRE_LEVELS } from '../../../../devices/standards/fire-levels.ts';
import { formatNumber } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { bandsOf, type CourseDay, levelAt, topOf } from './course.ts';
import { dayMonth } from './day-month.ts';

const [WIDTH, HEIGHT, RIGHT] = [620, 180, 34];
const pText = (p: number): string => formatNumber(p, 'fire_p_index', language.value);

interface CourseProps {
  readonly course: readonly CourseDay[];
  /** The greatest P of levels I to IV; empty where no table is known. */
  readonly upTo: readonly number[];
}

export function CourseChart({ course, upTo }: CourseProps) {
  const pointed = useSignal<number | null>(null);
  const known = course.flatMap(({ p }) => (p === null ? [] : [p]));
  if (known.length === 0) return <p class="course-empty">{t('fire.courseEmpty')}</p>;
  const top = topOf(course, upTo);
  const y = (p: number): number => HEIGHT - (p / top) * HEIGHT;
  const step = (WIDTH - RIGHT) / course.length;
  const newest = course.findLastIndex(({ p }) => p !== null);
  const shown = course[pointed.value ?? newest];
  const point = (event: PointerEvent & { currentTarget: SVGSVGElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const index = Math.floor((((event.clientX - box.left) / box.width) * WIDTH) / step);
    pointed.value = index >= 0 && index < course.length ? index : null;
  };
  return (
    <figure class="course">
      <figcaption class="course-told" aria-live="off">
        {shown && <Day day={shown} upTo={upTo} />}
      </figcaption>
      <svg
        class="course-plot"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('fire.courseSaid', {
          low: pText(Math.min(...known)),
          high: pText(Math.max(...known)),
          newest: pText(course[newest]?.p ?? 0),
        })}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => {
          pointed.value = null;
        }}
      >
        {bandsOf(upTo, top).map(({ level, from, to }) => (
          <rect
            key={level}
            class={`course-band fire-${level}`}
            x={0}
            y={y(to)}
            width={WIDTH}
            height={y(from) - y(to)}
          />
        ))}
        {course.map(({ day, p }, index) => {
          const x = index * step + step * 0.15;
          const isShown = index === (pointed.value ?? newest);
          if (p === null)
            return <rect key={day} class="course-gap" x={x} y={HEIGHT - 5} width={step * 0.7} height={5} />;
          const high = Math.max(HEIGHT - y(p), 2);
          return (
            <rect
              key={day}
              class={isShown ? 'course-bar is-shown' : 'course-bar'}
              x={x}
              y={HEIGHT - high}
              width={step * 0.7}
              height={high}
            />
          );
        })}
      </svg>
      {/* Beside the plot, not in it: what is drawn is stretched, letters are not. */}
      <span class="course-bands" aria-hidden="true">
        {bandsOf(upTo, top).map(({ level, from, to }) => (
          <span key={level} style={{ top: `${(1 - (from + to) / 2 / top) * 100}%` }}>
            {FIRE_LEVELS[level].roman}
          </span>
        ))}
      </span>
      <span class="course-days" aria-hidden="true">
        {[0, Math.floor(course.length / 2), course.length - 1].map((index) => (
          <span key={index}>{dayMonth(course[index]?.day ?? 0)}</span>
        ))}
      </span>
      <details class="course-table">
        <summary>{t('fire.courseTable')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
        <section class="table-box" tabIndex={0} aria-label={t('fire.course')}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('fire.day')}</th>
                <th scope="col" class="number">
                  {t('fire.p')}
                </th>
                <th scope="col">{t('fire.postLevel')}</th>
              </tr>
            </thead>
            <tbody>
              {course.toReversed().map(({ day, p }) => (
                <tr key={day}>
                  <th scope="row">{dayMonth(day)}</th>
                  <td class="number">{p === null ? t('fire.courseMissing') : pText(p)}</td>
                  <td>{levelText(p, upTo)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

function Day({ day: { day, p }, upTo }: { day: CourseDay; upTo: readonly number[] }) {
  const said = p === null ? t('fire.courseMissing') : `P ${pText(p)}`;
  return (
    <>
      {dayMonth(day)}: <strong>{said}</strong>
      {p === 0 ? ` · ${t('fire.courseWet')}` : p !== null && upTo.length > 0 && ` · ${levelText(p, upTo)}`}
    </>
  );
}

function levelText(p: number | null, upTo: readonly number[]): string {
  const level = p === null ? null : levelAt(p, upTo);
  return level === null ? '–' : `${FIRE_LEVELS[level].roman} · ${local(FIRE_LEVELS[level].name)}`;
}
