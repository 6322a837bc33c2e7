/** Editing the configuration of one edge: checked as the edge itself would, then sent on trial. */

import { useSignal } from '@preact/signals';
import type { ConfigCheck } from '../../../../devices/wire/fleet-config.ts';
import { t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { useSend } from '../../use-send.ts';
import { checkConfig, rollOut } from './calls.ts';
import { CheckShown } from './check-shown.tsx';
import { DiffView } from './diff-view.tsx';
import { TRIAL_S, TrialField } from './trial-field.tsx';

interface ConfigPushProps {
  readonly edge: string;
  /** What it runs. */
  readonly text: string;
  readonly begun: (rollout: number) => void;
  readonly cancel: () => void;
}

export function ConfigPush({ edge, text, begun, cancel }: ConfigPushProps) {
  const config = useSignal(text);
  const checked = useSignal<{ readonly config: string; readonly check: ConfigCheck } | null>(null);
  const trial = useSignal(TRIAL_S);
  const sending = useSend();
  const current = checked.value?.config === config.value ? checked.value.check : null;
  const sound = current !== null && current.faults.length === 0 && current.changes.length > 0;
  const check = (): void => {
    const asked = config.peek();
    void sending.send(async () => {
      checked.value = { config: asked, check: await checkConfig(edge, asked) };
    });
  };
  const push = (): void => {
    void sending.send(async () =>
      begun(
        (await rollOut({ edges: [{ edge, config: config.peek() }], canary: 1, trial_s: trial.peek() })).id,
      ),
    );
  };
  return (
    <form
      class="card form config-push"
      onSubmit={(event) => {
        event.preventDefault();
        if (sound) push();
        else check();
      }}
    >
      <Field label={t('fleet.config.newText')} hint={t('fleet.config.newTextHint')}>
        {(attributes) => (
          <textarea
            {...attributes}
            class="config-area"
            spellcheck={false}
            autocapitalize="none"
            rows={20}
            maxLength={262_144}
            value={config.value}
            onInput={(event) => {
              config.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      {current !== null && <CheckShown check={current} />}
      {current !== null && (
        <DiffView
          left={text}
          right={config.value}
          leftName={t('fleet.config.now')}
          rightName={t('fleet.config.new')}
        />
      )}
      {sound && <TrialField seconds={trial} />}
      <FormFault fault={sending.fault.value} />
      <div class="form-actions">
        <button type="button" class="button" onClick={cancel}>
          {t('app.cancel')}
        </button>
        <button
          type="submit"
          class={sound ? 'button button-strong' : 'button'}
          aria-disabled={sending.busy.value || undefined}
        >
          {sending.busy.value ? t('send.busy') : t(sound ? 'fleet.config.push' : 'fleet.config.check')}
        </button>
      </div>
    </form>
  );
}
