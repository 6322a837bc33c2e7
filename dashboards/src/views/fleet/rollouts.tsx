/** Rollouts: those there were, and a new one over several edges, the first of them alone. */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { rollouts } from './calls.ts';
import { RolloutCard } from './rollout.tsx';
import { RolloutNew } from './rollout-new.tsx';

const EVERY_MS = 5000;

export function Rollouts() {
  const asked = useAnswer(rollouts, [], EVERY_MS);
  const making = useSignal(false);
  const close = (): void => {
    making.value = false;
    asked.again();
  };
  return (
    <Shown asked={asked} lines={6}>
      {(all) => (
        <>
          {making.value ? (
            <RolloutNew close={close} />
          ) : (
            <div class="row-head">
              <p class="page-lead">{t('fleet.rollout.lead')}</p>
              <button
                type="button"
                class="button button-strong"
                onClick={() => {
                  making.value = true;
                }}
              >
                <Icon name="plus" size={16} />
                {t('fleet.rollout.new')}
              </button>
            </div>
          )}
          {all.length === 0 && !making.value && (
            <Notice icon="fleet" title={t('fleet.rollout.none')} text={t('fleet.rollout.noneText')} />
          )}
          <div class="rollouts">
            {all.map((rollout) => (
              <RolloutCard key={rollout.id} rollout={rollout} again={asked.again} />
            ))}
          </div>
        </>
      )}
    </Shown>
  );
}
