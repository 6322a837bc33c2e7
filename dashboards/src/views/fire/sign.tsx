/**
 * The sign at the edge of a forest: a half circle, white with a red border, five sectors and an arrow on the level
 * (Decree 156/2018/ND-CP: outer diameter 2.5 m, inner 1.8 m). It keeps its colours in the dark, as a sign does.
 */
import './sign.css';
import { FIRE_LEVELS, type FireLevel } from '../../../../devices/standards/fire-levels.ts';
import { local, t } from '../../i18n.ts';

const LEVELS = [1, 2, 3, 4, 5] as const;
const [CENTRE_X, CENTRE_Y, OUTER, HUB] = [200, 204, 190, 13];
const INNER = OUTER * (1.8 / 2.5);
const SECTOR = 180 / LEVELS.length;

/** `degrees` from the left end of the half circle, clockwise. */
const spot = (radius: number, degrees: number): readonly [number, number] => {
  const angle = ((180 - degrees) * Math.PI) / 180;
  return [CENTRE_X + radius * Math.cos(angle), CENTRE_Y - radius * Math.sin(angle)];
};
const point = (radius: number, degrees: number): string =>
  spot(radius, degrees)
    .map((value) => value.toFixed(1))
    .join(' ');

const sectorPath = (level: FireLevel): string => {
  const from = (level - 1) * SECTOR;
  return `M${CENTRE_X} ${CENTRE_Y}L${point(INNER, from)}A${INNER} ${INNER} 0 0 1 ${point(INNER, from + SECTOR)}Z`;
};
const middle = (level: FireLevel): number => (level - 0.5) * SECTOR;

interface SignProps {
  readonly level: FireLevel | null;
  readonly area: string;
  /** Beside words that say the same. */
  readonly small?: boolean;
}

export function Sign({ level, area, small = false }: SignProps) {
  const label =
    level === null
      ? t('fire.signNone', { area })
      : t('fire.sign', { area, roman: FIRE_LEVELS[level].roman, name: local(FIRE_LEVELS[level].name) });
  const rim = `M${CENTRE_X - OUTER} ${CENTRE_Y}A${OUTER} ${OUTER} 0 0 1 ${CENTRE_X + OUTER} ${CENTRE_Y}Z`;
  return (
    <svg
      class={small ? 'sign sign-small' : 'sign'}
      viewBox="0 0 400 222"
      role="img"
      aria-hidden={small ? 'true' : undefined}
    >
      <title>{label}</title>
      <path class="sign-face" d={rim} />
      {LEVELS.map((one) => (
        <path key={one} class={`sign-sector fire-${one}`} d={sectorPath(one)} />
      ))}
      {LEVELS.map((one) => {
        const [x, y] = spot((OUTER + INNER) / 2 - 3, middle(one));
        return (
          <g key={one} class={one === level ? 'sign-number is-now' : 'sign-number'}>
            {one === level && <circle cx={x} cy={y} r={21} />}
            <text x={x} y={y} dy="0.36em">
              {FIRE_LEVELS[one].roman}
            </text>
          </g>
        );
      })}
      {level !== null && (
        // Drawn to the left end and turned, so that it turns about the hub when the level changes.
        <g class="sign-arrow" style={{ transform: `rotate(${middle(level)}deg)` }}>
          <path
            d={`M${CENTRE_X} ${CENTRE_Y - 7}H${CENTRE_X - 98}V${CENTRE_Y - 20}L${CENTRE_X - 130} ${CENTRE_Y}L${CENTRE_X - 98} ${CENTRE_Y + 20}V${CENTRE_Y + 7}H${CENTRE_X}Z`}
          />
        </g>
      )}
      <circle class="sign-hub" cx={CENTRE_X} cy={CENTRE_Y} r={HUB} />
    </svg>
  );
}
