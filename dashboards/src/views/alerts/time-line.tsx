/** What became of an alert: each change with its time, whose word it was, why, and the reading. */
import type { AlertAnswer, TransitionAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatExact, formatMoment } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { againstLimit } from '../../say.ts';
import { reasonOf } from './reason-text.ts';
import { byName, named } from './standing.ts';

const ICONS: Readonly<Partial<Record<TransitionAnswer['kind'], IconName>>> = {
  raised: 'warning',
  worsened: 'critical',
  'found to stand': 'warning',
  cleared: 'ok',
  latched: 'ok',
  reset: 'check',
  acknowledged: 'check',
  noted: 'edit',
  shelved: 'shelf',
  unshelved: 'bell',
  'put out of service': 'shelf',
  'back in service': 'bell',
  inhibited: 'silent',
  unverified: 'doubtful',
  escalated: 'people',
  told: 'bell',
  'not told': 'silent',
  'joined incident': 'fire',
  corrected: 'edit',
  retracted: 'close',
  sounded: 'sound',
  silenced: 'sound_off',
  'not confirmed': 'sound_off',
};

/** What makes it worse or better stands out; the rest is small. */
const WEIGHTY: readonly TransitionAnswer['kind'][] = [
  'raised',
  'worsened',
  'cleared',
  'latched',
  'acknowledged',
  'retracted',
  'reset',
  'escalated',
];

interface TimeLineProps {
  readonly transitions: readonly TransitionAnswer[];
  readonly alert: AlertAnswer;
}

/** Newest first: what happened last is what a person comes for. */
export function TimeLine({ transitions, alert }: TimeLineProps) {
  return (
    <ol class="time-line" reversed>
      {transitions.toReversed().map((one) => (
        <Change key={one.id} change={one} alert={alert} />
      ))}
    </ol>
  );
}

function Change({ change, alert }: { change: TransitionAnswer; alert: AlertAnswer }) {
  const { at, kind, by, reading } = change;
  const reason = reasonOf(change, texts(), named);
  const raised = reading?.state === 'raised';
  return (
    <li
      class={`change change-${kind.replaceAll(' ', '-')}${WEIGHTY.includes(kind) ? ' change-weighty' : ''}`}
    >
      <span class="change-icon">
        <Icon name={ICONS[kind] ?? 'notice'} size={14} weight={2.4} />
      </span>
      <div>
        <p class="change-what">
          <strong>{t(`alerts.did.${kind}`)}</strong>
          <time dateTime={new Date(at).toISOString()} title={formatExact(at, language.value)}>
            {formatMoment(at, now.peek(), language.value)}
          </time>
        </p>
        {kind !== 'told' && kind !== 'not told' && <p class="change-by">{byName(by)}</p>}
        {reason !== null && (
          <p class="change-why" dir="auto">
            {reason}
          </p>
        )}
        {reading && raised && <p class="change-reading">{againstLimit({ ...alert, evidence: [reading] })}</p>}
      </div>
    </li>
  );
}
