/** How a form ends: what went wrong with sending it, a way back, and the button that sends it. */
import { t } from '../i18n.ts';
import type { Sending } from '../use-send.ts';

/** Nothing while nothing went wrong. */
export function FormFault({ fault }: { fault: string | null }) {
  if (fault === null) return null;
  return (
    <p class="form-fault" role="alert">
      {fault}
    </p>
  );
}

interface FormEndProps {
  readonly sending: Pick<Sending, 'busy' | 'fault'>;
  /** Says what is done, not "OK". */
  readonly action: string;
  readonly close: () => void;
}

export function FormEnd({ sending: { busy, fault }, action, close }: FormEndProps) {
  return (
    <>
      <FormFault fault={fault.value} />
      <div class="form-actions">
        <button type="button" class="button" onClick={close}>
          {t('app.cancel')}
        </button>
        <button type="submit" class="button button-strong" aria-disabled={busy.value}>
          {busy.value ? t('send.busy') : action}
        </button>
      </div>
    </>
  );
}
