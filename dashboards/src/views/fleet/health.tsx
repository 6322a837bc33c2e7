/** How an edge was: a small chart of each number, over a day, a week or a month. */
import type { EdgeHealthAnswer } from '../../../../devices/wire/edges.ts';
import { currentTime } from '../../clock.ts';
import { t } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { healthOf } from './calls.ts';
import { type Measure, sayMeasure } from './figures.ts';
import { Spark } from './spark.tsx';

const DAY_MS = 86_400_000;
const SPANS = { day: 1, week: 7, month: 30 } as const;
type SpanName = keyof typeof SPANS;
const MEASURES: readonly Measure[] = [
  'outbox_hours',
  'waiting',
  'busy',
  'disk_free_mb',
  'memory_free_mb',
  'temperature',
  'load',
];
const EVERY_MS = 300_000;

export function Health({ name, span }: { name: string; span: string }) {
  const chosen: SpanName = span === 'week' || span === 'month' ? span : 'day';
  const asked = useAnswer(
    async (signal) => {
      const to = currentTime();
      const from = to - SPANS[chosen] * DAY_MS;
      return { from, to, ...(await healthOf(name, from, to, signal)) };
    },
    [name, chosen],
    EVERY_MS,
  );
  return (
    <section class="section">
      <header class="section-head">
        <h3>{t('fleet.history')}</h3>
        <Choice
          label={t('fleet.history')}
          options={(Object.keys(SPANS) as SpanName[]).map((value) => ({
            value,
            name: t(`fleet.span.${value}`),
          }))}
          value={chosen}
          choose={(value) => choose({ span: value === 'day' ? '' : value })}
        />
      </header>
      <Shown asked={asked}>{(answer) => <Sparks answer={answer} />}</Shown>
    </section>
  );
}

function Sparks({ answer }: { answer: EdgeHealthAnswer & { from: number; to: number } }) {
  const { points, from, to } = answer;
  const told = MEASURES.filter((measure) => points.some((point) => point[measure] !== null));
  if (told.length === 0) return <p class="card quiet-text">{t('fleet.noHistory')}</p>;
  return (
    <div class="health-sparks">
      {told.map((measure) => (
        <Spark
          key={measure}
          name={t(`fleet.measure.${measure}`)}
          from={from}
          to={to}
          points={points.map((point) => [point.at, point[measure]] as const)}
          say={(value) => sayMeasure(measure, value)}
          fromZero={measure !== 'temperature'}
        />
      ))}
    </div>
  );
}
