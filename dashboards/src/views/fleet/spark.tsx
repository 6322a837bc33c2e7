/** A small chart of one number: its line, its least and most, what it was last. */
import { t } from '../../i18n.ts';
import { type SparkPoint, sparkOf } from './spark-path.ts';

interface SparkProps {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly points: readonly SparkPoint[];
  readonly say: (value: number) => string;
  readonly fromZero: boolean;
}

const WIDTH = 240;
const HEIGHT = 44;

export function Spark({ name, from, to, points, say, fromZero }: SparkProps) {
  const shape = sparkOf(points, { from, to, width: WIDTH, height: HEIGHT, fromZero });
  if (shape === null) return null;
  const { line, low, high, last } = shape;
  const range = low === high ? t('fleet.steady') : t('fleet.range', { low: say(low), high: say(high) });
  return (
    <figure class="card health-spark">
      <figcaption>
        <span class="edge-figure-name">{name}</span>
        <strong>{last === null ? t('fleet.untold') : say(last)}</strong>
      </figcaption>
      <svg viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={line} vector-effect="non-scaling-stroke" />
      </svg>
      <p class="quiet-text">{range}</p>
    </figure>
  );
}
