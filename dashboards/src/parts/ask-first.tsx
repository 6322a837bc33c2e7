/** A question before something ends that others may rely on. */

import { t } from '../i18n.ts';
import { useSend } from '../use-send.ts';
import { Dialog } from './dialog.tsx';
import { FormFault } from './form-end.tsx';

interface AskFirstProps {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly work: () => Promise<unknown>;
  readonly done: () => void;
  readonly close: () => void;
}

export function AskFirst({ title, text, action, work, done, close }: AskFirstProps) {
  const { busy, fault, send } = useSend();
  const act = async (): Promise<void> => {
    if (await send(work)) done();
  };
  return (
    <Dialog title={title} close={close}>
      <div class="form">
        <p>{text}</p>
        <FormFault fault={fault.value} />
        <div class="form-actions">
          <button type="button" class="button" onClick={close}>
            {t('app.cancel')}
          </button>
          <button
            type="button"
            class="button button-danger"
            aria-disabled={busy.value}
            onClick={() => void act()}
          >
            {busy.value ? t('send.busy') : action}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
