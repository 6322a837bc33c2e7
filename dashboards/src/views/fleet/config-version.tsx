/** One version of a configuration: what it changed by name, and its text beside what runs. */

import { useSignal } from '@preact/signals';
import type { EdgeConfigAnswer } from '../../../../devices/wire/fleet-config.ts';
import { t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { configVersion, rollBack } from './calls.ts';
import { ConfigChanges } from './config-changes.tsx';
import { DiffView } from './diff-view.tsx';
import { mayPush } from './may-push.ts';
import { TRIAL_S, TrialField } from './trial-field.tsx';

interface ConfigVersionShownProps {
  readonly edge: string;
  readonly version: number;
  readonly running: EdgeConfigAnswer['running'];
  readonly begun: (rollout: number) => void;
}

export function ConfigVersionShown({ edge, version, running, begun }: ConfigVersionShownProps) {
  const asked = useAnswer((signal) => configVersion(edge, version, signal), [edge, version]);
  const back = useSignal(false);
  const runs = running?.version === version;
  return (
    <section class="section">
      <header class="section-head">
        <h3>{t('fleet.config.n', { n: version })}</h3>
        {!runs && mayPush() && (
          <button
            type="button"
            class="button"
            onClick={() => {
              back.value = true;
            }}
          >
            <Icon name="replay" size={16} />
            {t('fleet.config.back')}
          </button>
        )}
      </header>
      <Shown asked={asked}>
        {({ text, changes, replaces }) => (
          <>
            <p class="quiet-text">
              {replaces === null ? t('fleet.config.first') : t('fleet.config.replaces', { n: replaces })}
            </p>
            <ConfigChanges changes={changes} />
            {runs || running === null ? (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
              <pre class="card config-pre" tabIndex={0}>
                {text}
              </pre>
            ) : (
              <DiffView
                left={running.text}
                right={text}
                leftName={t('fleet.config.runs', { n: running.version })}
                rightName={t('fleet.config.n', { n: version })}
              />
            )}
          </>
        )}
      </Shown>
      {back.value && (
        <BackDialog
          edge={edge}
          version={version}
          begun={begun}
          close={() => {
            back.value = false;
          }}
        />
      )}
    </section>
  );
}

interface BackDialogProps {
  readonly edge: string;
  readonly version: number;
  readonly begun: (rollout: number) => void;
  readonly close: () => void;
}

function BackDialog({ edge, version, begun, close }: BackDialogProps) {
  const trial = useSignal(TRIAL_S);
  const sending = useSend();
  return (
    <Dialog title={t('fleet.config.backTo', { n: version, edge })} close={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(async () => begun((await rollBack(edge, version, trial.peek())).id));
        }}
      >
        <p>{t('fleet.config.backText')}</p>
        <TrialField seconds={trial} />
        <FormFault fault={sending.fault.value} />
        <div class="form-actions">
          <button type="button" class="button" onClick={close}>
            {t('app.cancel')}
          </button>
          <button type="submit" class="button button-strong" aria-disabled={sending.busy.value || undefined}>
            {sending.busy.value ? t('send.busy') : t('fleet.config.back')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
