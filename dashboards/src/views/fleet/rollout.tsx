/** How far a rollout is: each edge with its state, the canaries first; and stopping it. */

import { useEffect } from 'preact/hooks';
import type { RolloutAnswer, StepState } from '../../../../devices/wire/fleet-config.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { rolloutOf, stopRollout } from './calls.ts';
import { mayPush } from './may-push.ts';

const RUNNING_MS = 3000;

const ICONS: Readonly<Record<StepState, IconName>> = {
  waiting: 'clock',
  untouched: 'minus',
  wanted: 'clock',
  trial: 'new',
  kept: 'ok',
  refused: 'fail',
  taken_back: 'replay',
  expired: 'clock_off',
  withdrawn: 'minus',
};
const BAD: readonly StepState[] = ['refused', 'taken_back', 'expired'];

/** Asks until it is over, then tells whoever shows what became of it. */
export function RolloutShown({ id, ended }: { id: number; ended?: () => void }) {
  const asked = useAnswer((signal) => rolloutOf(id, signal), [id], RUNNING_MS);
  const answer = asked.answer.value;
  const over = answer.kind === 'ready' && answer.value.state !== 'running';
  useEffect(() => {
    if (over) ended?.();
  }, [over]);
  return (
    <Shown asked={asked} lines={2}>
      {(rollout) => <RolloutCard rollout={rollout} again={asked.again} />}
    </Shown>
  );
}

export function RolloutCard({ rollout, again }: { rollout: RolloutAnswer; again: () => void }) {
  const { id, at, by, canary, state, reason, steps } = rollout;
  const sending = useSend();
  const kept = steps.filter((step) => step.state === 'kept').length;
  return (
    <section class="card rollout" aria-label={t('fleet.rollout.n', { n: id })}>
      <header class="rollout-head">
        <h4>{t('fleet.rollout.n', { n: id })}</h4>
        <span class={state === 'stopped' ? 'level level-warning' : state === 'done' ? 'tag tag-good' : 'tag'}>
          <Icon
            name={state === 'stopped' ? 'warning' : state === 'done' ? 'ok' : 'new'}
            size={14}
            weight={2.2}
          />
          {t(`fleet.rollout.${state}`)}
        </span>
        <span class="quiet-text">
          {t('fleet.rollout.by', { who: by, time: formatMoment(at, now.peek(), language.value) })}
        </span>
        {state === 'running' && mayPush() && (
          <button
            type="button"
            class="button"
            aria-disabled={sending.busy.value || undefined}
            onClick={() => void sending.send(() => stopRollout(id)).then(again)}
          >
            {t('fleet.rollout.stop')}
          </button>
        )}
      </header>
      <progress
        class="progress"
        value={kept}
        max={steps.length}
        aria-label={t('fleet.rollout.kept', { n: kept, of: steps.length })}
      />
      <p class="quiet-text">
        {t('fleet.rollout.kept', { n: kept, of: steps.length })}
        {steps.length > 1 && ` · ${t('fleet.rollout.canary', { n: canary })}`}
      </p>
      {reason !== null && steps.length > 1 && (
        <p class="rollout-reason" dir="auto">
          {reason}
        </p>
      )}
      <FormFault fault={sending.fault.value} />
      <ul class="rollout-steps">
        {steps.map((step, index) => (
          <li key={step.edge}>
            <a href={hrefOf('fleet', [step.edge], { part: 'config' })}>{step.edge}</a>
            {steps.length > 1 && index < canary && <span class="tag">{t('fleet.rollout.first')}</span>}
            <span class={BAD.includes(step.state) ? 'level level-warning' : 'tag'}>
              <Icon name={ICONS[step.state]} size={14} weight={2.2} />
              {t(`fleet.config.state.${step.state}`)}
            </span>
            {step.reason !== null && (
              <span class="rollout-reason" dir="auto">
                {step.reason}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
