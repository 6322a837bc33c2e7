/** One entry of the quarantine. What came is shown as text, whatever is in it. */

import { useSignal } from '@preact/signals';
import type { QuarantineEntry } from '../../../../devices/wire/api.ts';
import { formatFigure } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useSend } from '../../use-send.ts';
import { discardEntry, quarantined, rerun } from './calls.ts';
import { refusedWords } from './words.ts';

interface QuarantineCardProps {
  readonly entry: QuarantineEntry;
  readonly done: (said: string) => void;
}

export function QuarantineCard({ entry, done }: QuarantineCardProps) {
  const { id, at, client, topic, reason, records, size, whole } = entry;
  const words = refusedWords(reason, language.value);
  const sending = useSend();
  /** Why it stays, after it was run again. */
  const stays = useSignal<string | null>(null);
  const removing = useSignal(false);
  const run = (): void => {
    void sending.send(async () => {
      const answer = await rerun(id);
      stays.value = answer.passed ? null : (answer.reason ?? reason);
      if (answer.passed) done(t('fleet.quarantine.passed', { id, n: answer.stored }));
    });
  };
  return (
    <li class="card quarantine-card">
      <p class="quarantine-reason" dir="auto">
        <Icon name="fail" size={16} />
        <span>
          <strong>{words ?? reason}</strong>
          {words !== null && (
            <span class="quiet-text" lang="en">
              {reason}
            </span>
          )}
        </span>
      </p>
      <p class="quiet-text quarantine-facts">
        <span>#{id}</span>
        <span dir="auto">{client}</span>
        <Age at={at} />
        <span>{t('fleet.quarantine.records', { n: records })}</span>
        <span>{t('fleet.quarantine.bytes', { n: formatFigure(size, 0, language.value) })}</span>
      </p>
      <p class="quarantine-topic">
        <code>{topic}</code>
      </p>
      <Payload entry={entry} />
      {!whole && <p class="quiet-text">{t('fleet.quarantine.cut')}</p>}
      {stays.value !== null && (
        <p class="form-fault" role="alert" dir="auto">
          {t('fleet.quarantine.stays', { reason: refusedWords(stays.value, language.value) ?? stays.value })}
        </p>
      )}
      <FormFault fault={sending.fault.value} />
      <div class="card-tools">
        <button type="button" class="button" aria-disabled={sending.busy.value || undefined} onClick={run}>
          <Icon name="replay" size={16} />
          {sending.busy.value ? t('send.busy') : t('fleet.quarantine.run')}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            removing.value = true;
          }}
        >
          <Icon name="trash" size={16} />
          {t('fleet.quarantine.discard')}
        </button>
      </div>
      {removing.value && (
        <DiscardDialog
          id={id}
          close={() => {
            removing.value = false;
          }}
          done={done}
        />
      )}
    </li>
  );
}

function Payload({ entry: { id, payload, size } }: { entry: QuarantineEntry }) {
  const all = useSignal<string | null>(null);
  const sending = useSend();
  const text = all.value ?? payload;
  const isPart = new TextEncoder().encode(text).length < size;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <pre class="payload" tabIndex={0}>
        {text}
      </pre>
      {isPart && all.value === null && (
        <button
          type="button"
          class="button"
          aria-disabled={sending.busy.value || undefined}
          onClick={() =>
            void sending.send(async () => {
              all.value = (await quarantined(id)).payload;
            })
          }
        >
          {t('fleet.quarantine.showAll')}
        </button>
      )}
    </>
  );
}

function DiscardDialog({ id, close, done }: { id: number; close: () => void; done: (said: string) => void }) {
  const sending = useSend();
  const remove = async (): Promise<void> => {
    if (!(await sending.send(() => discardEntry(id)))) return;
    close();
    done(t('fleet.quarantine.discarded', { id }));
  };
  return (
    <Dialog title={t('fleet.quarantine.discardTitle', { id })} close={close}>
      <div class="form">
        <p>{t('fleet.quarantine.discardText')}</p>
        <FormFault fault={sending.fault.value} />
        <div class="form-actions">
          <button type="button" class="button" onClick={close}>
            {t('app.cancel')}
          </button>
          <button
            type="button"
            class="button button-danger"
            aria-disabled={sending.busy.value || undefined}
            onClick={() => void remove()}
          >
            {t('fleet.quarantine.discard')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
