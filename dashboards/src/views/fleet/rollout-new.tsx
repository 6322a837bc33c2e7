/** A new rollout from edge files: each is checked for its own edge, then so many go first and alone. */

import { useSignal } from '@preact/signals';
import type { ConfigCheck } from '../../../../devices/wire/fleet-config.ts';
import { t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { faultText, useSend } from '../../use-send.ts';
import { checkConfig, rollOut } from './calls.ts';
import { CheckShown } from './check-shown.tsx';
import { readEdgeFile } from './edge-file.ts';
import { TRIAL_S, TrialField } from './trial-field.tsx';

interface Chosen {
  readonly file: string;
  readonly edge: string | null;
  readonly config: string;
  /** A sentence when it could not be checked. */
  readonly check: ConfigCheck | string | null;
}

/** A rollout has at most so many. */
const MOST = 200;

const isSound = ({ edge, check }: Chosen): boolean =>
  edge !== null && check !== null && typeof check !== 'string' && check.faults.length === 0;

export function RolloutNew({ close }: { close: () => void }) {
  const chosen = useSignal<readonly Chosen[]>([]);
  const canary = useSignal('1');
  const trial = useSignal(TRIAL_S);
  const sending = useSend();
  const choose = (files: readonly File[]): void => {
    void sending.send(async () => {
      const read = await Promise.all(
        files.slice(0, MOST).map(async (file) => ({ file: file.name, ...readEdgeFile(await file.text()) })),
      );
      chosen.value = read.map((one) => ({ ...one, check: null }));
      for (const one of read) await checkOne(one);
    });
  };
  const checkOne = async (one: { file: string; edge: string | null; config: string }): Promise<void> => {
    if (one.edge === null) return;
    let check: ConfigCheck | string;
    try {
      check = await checkConfig(one.edge, one.config);
    } catch (error) {
      check = faultText(error);
    }
    chosen.value = chosen.peek().map((other) => (other.file === one.file ? { ...other, check } : other));
  };
  const ready = chosen.value.length > 0 && chosen.value.every(isSound);
  const first = Number(canary.value);
  const canaryFault =
    Number.isInteger(first) && first >= 1 && first <= Math.max(1, chosen.value.length)
      ? null
      : t('fleet.rollout.canaryFault', { n: Math.max(1, chosen.value.length) });
  const push = async (): Promise<void> => {
    const edges = chosen.peek().map(({ edge, config }) => ({ edge: edge ?? '', config }));
    const sent = await sending.send(() => rollOut({ edges, canary: first, trial_s: trial.peek() }));
    if (sent) close();
  };
  return (
    <form
      class="card form rollout-new"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && canaryFault === null) void push();
      }}
    >
      <Field label={t('fleet.rollout.files')} hint={t('fleet.rollout.filesHint')}>
        {(attributes) => (
          <input
            {...attributes}
            type="file"
            accept=".yaml,.yml"
            multiple
            onChange={(event) => choose([...(event.currentTarget.files ?? [])])}
          />
        )}
      </Field>
      {chosen.value.map((one) => (
        <ChosenFile key={one.file} one={one} />
      ))}
      {ready && (
        <div class="form-row">
          <Field
            label={t('fleet.rollout.canaries')}
            hint={t('fleet.rollout.canariesHint')}
            fault={canaryFault}
          >
            {(attributes) => (
              <input
                {...attributes}
                inputMode="numeric"
                maxLength={3}
                value={canary.value}
                onInput={(event) => {
                  canary.value = event.currentTarget.value;
                }}
              />
            )}
          </Field>
          <TrialField seconds={trial} />
        </div>
      )}
      <FormFault fault={sending.fault.value} />
      <div class="form-actions">
        <button type="button" class="button" onClick={close}>
          {t('app.cancel')}
        </button>
        <button
          type="submit"
          class="button button-strong"
          disabled={!ready || canaryFault !== null}
          aria-disabled={sending.busy.value || undefined}
        >
          {sending.busy.value ? t('send.busy') : t('fleet.rollout.begin', { n: chosen.value.length })}
        </button>
      </div>
    </form>
  );
}

function ChosenFile({ one: { file, edge, check } }: { one: Chosen }) {
  return (
    <section class="chosen-file">
      <h4 dir="auto">
        {edge ?? file}
        <span class="quiet-text">{file}</span>
      </h4>
      {edge === null && <p class="form-fault">{t('fleet.rollout.noId')}</p>}
      {edge !== null && check === null && <p class="quiet-text">{t('fleet.rollout.checking')}</p>}
      {typeof check === 'string' && <p class="form-fault">{check}</p>}
      {check !== null && typeof check !== 'string' && <CheckShown check={check} />}
    </section>
  );
}
