/** A code with which a box is enrolled, once: it is seen only here, and by whoever asked for it. */

import { useSignal } from '@preact/signals';
import { formatHour } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { useSend } from '../../use-send.ts';
import { issueCode } from './calls.ts';

interface EnrolCodeProps {
  /** Absent: of a new edge, whose name is typed. */
  readonly edge?: string;
  readonly again: () => void;
}

export function EnrolCode({ edge, again }: EnrolCodeProps) {
  const name = useSignal(edge ?? '');
  const code = useSignal<{ edge: string; code: string; expires_at: number } | null>(null);
  const sending = useSend();
  const issue = async (): Promise<void> => {
    const wanted = name.peek().trim();
    if (wanted === '') return;
    const sent = await sending.send(async () => {
      code.value = { edge: wanted, ...(await issueCode(wanted)) };
    });
    if (sent) again();
  };
  return (
    <form
      class="enrol"
      onSubmit={(event) => {
        event.preventDefault();
        void issue();
      }}
    >
      {edge === undefined && (
        <Field label={t('fleet.enrol.name')}>
          {(attributes) => (
            <input
              {...attributes}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              maxLength={63}
              value={name.value}
              onInput={(event) => {
                name.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
      )}
      <button type="submit" class="button" aria-disabled={sending.busy.value || undefined}>
        {t('fleet.enrol.button')}
      </button>
      {code.value !== null && (
        <p class="enrol-code" role="status">
          <code>{code.value.code}</code>
          <span class="quiet-text">
            {t('fleet.enrol.text', {
              edge: code.value.edge,
              time: formatHour(code.value.expires_at, language.value),
            })}
          </span>
        </p>
      )}
      <FormFault fault={sending.fault.value} />
    </form>
  );
}
