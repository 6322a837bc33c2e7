/** Asking for a command in two steps: what and why, then what will be done, to be sent. */

import { useSignal } from '@preact/signals';
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import type { Orders } from '../../../../devices/wire/fleet.ts';
import { t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useSend } from '../../use-send.ts';
import { askCommand } from './calls.ts';
import { type Filled, firstFilled, ordersFrom } from './command-draft.ts';
import { CommandFields } from './command-fields.tsx';
import { instrumentOf, orderWords } from './order-words.ts';

export type CommandKind = Orders['kind'];

interface CommandFormProps {
  readonly kind: CommandKind;
  readonly edge: EdgeDetail;
  readonly close: () => void;
  readonly sent: () => void;
}

export function CommandForm({ kind, edge, close, sent }: CommandFormProps) {
  const filled = useSignal<Filled>(firstFilled(kind, edge));
  const reason = useSignal('');
  const looked = useSignal(false);
  const review = useSignal<Orders | null>(null);
  const made = ordersFrom(kind, filled.value, edge);
  const faults = looked.value && 'faults' in made ? made.faults : {};
  const noReason = looked.value && reason.value.trim() === '';
  const next = (): void => {
    looked.value = true;
    if ('orders' in made && reason.peek().trim() !== '') review.value = made.orders;
  };
  return (
    <Dialog title={t(`fleet.command.${kind}`)} close={close}>
      {review.value === null ? (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            next();
          }}
        >
          <p class="quiet-text">{t(`fleet.command.text.${kind}`)}</p>
          <CommandFields
            kind={kind}
            edge={edge}
            filled={filled.value}
            faults={faults}
            change={(fields) => {
              filled.value = { ...filled.peek(), ...fields };
            }}
          />
          <Field
            label={t('fleet.reason')}
            hint={t('fleet.reasonHint')}
            fault={noReason ? t('fleet.needsReason') : null}
          >
            {(attributes) => (
              <textarea
                {...attributes}
                dir="auto"
                maxLength={500}
                value={reason.value}
                onInput={(event) => {
                  reason.value = event.currentTarget.value;
                }}
              />
            )}
          </Field>
          <div class="form-actions">
            <button type="button" class="button" onClick={close}>
              {t('app.cancel')}
            </button>
            <button type="submit" class="button button-strong">
              {t('fleet.command.next')}
            </button>
          </div>
        </form>
      ) : (
        <Review
          orders={review.value}
          reason={reason.value}
          edge={edge}
          back={() => {
            review.value = null;
          }}
          sent={sent}
        />
      )}
    </Dialog>
  );
}

interface ReviewProps {
  readonly orders: Orders;
  readonly reason: string;
  readonly edge: EdgeDetail;
  readonly back: () => void;
  readonly sent: () => void;
}

function Review({ orders, reason, edge, back, sent }: ReviewProps) {
  const sending = useSend();
  const write =
    orders.kind === 'write'
      ? instrumentOf(edge, orders.station, orders.instrument)?.writes.find(
          ({ name }) => name === orders.write,
        )
      : undefined;
  const send = async (): Promise<void> => {
    if (await sending.send(() => askCommand(edge.name, orders, reason.trim()))) sent();
  };
  return (
    <div class="form">
      <p class="command-review" dir="auto">
        {orderWords(orders, edge)}
      </p>
      <p class="reason-quote" dir="auto">
        {reason}
      </p>
      {write !== undefined && write.note !== '' && <p dir="auto">{write.note}</p>}
      {write?.dangerous && (
        <p class="command-danger">
          <Icon name="critical" size={18} />
          {t('fleet.command.dangerous')}
        </p>
      )}
      {orders.kind === 'write' && <p class="quiet-text">{t('fleet.command.readBack')}</p>}
      {orders.kind === 'restart' && (
        <p class="command-danger">
          <Icon name="warning" size={18} />
          {t('fleet.command.restartText')}
        </p>
      )}
      <FormFault fault={sending.fault.value} />
      <div class="form-actions">
        <button type="button" class="button" onClick={back}>
          {t('fleet.command.change')}
        </button>
        <button
          type="button"
          class="button button-strong"
          aria-disabled={sending.busy.value || undefined}
          onClick={() => void send()}
        >
          {sending.busy.value
            ? t('send.busy')
            : t(write?.dangerous ? 'fleet.command.askSecond' : 'fleet.command.send')}
        </button>
      </div>
    </div>
  );
}
