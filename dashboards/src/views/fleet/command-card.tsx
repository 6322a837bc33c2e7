/** One command: what, who and why, until when, and how it ended. */

import { useSignal } from '@preact/signals';
import type { CommandState, EdgeDetail } from '../../../../devices/wire/edges.ts';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatExact, formatMoment } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { access } from '../../state.ts';
import { useSend } from '../../use-send.ts';
import { approveCommand, type ListedCommand } from './calls.ts';
import { LogLines, RegisterTable } from './command-answer.tsx';
import { orderWords } from './order-words.ts';

const ICONS: Readonly<Record<CommandState, IconName>> = {
  waiting: 'people',
  sent: 'clock',
  taken: 'new',
  done: 'ok',
  failed: 'fail',
  expired: 'clock_off',
  refused: 'missing',
};
const TONES: Readonly<Record<CommandState, string>> = {
  waiting: 'level level-warning',
  sent: 'tag',
  taken: 'tag',
  done: 'tag tag-good',
  failed: 'level level-critical',
  expired: 'level level-warning',
  refused: 'level level-warning',
};

export const isOpen = ({ state }: Pick<ListedCommand, 'state'>): boolean =>
  state === 'waiting' || state === 'sent' || state === 'taken';

interface CommandCardProps {
  readonly command: ListedCommand;
  readonly edge: EdgeDetail;
  readonly again: () => void;
}

export function CommandCard({ command, edge, again }: CommandCardProps) {
  const { orders, state, reason, asked_by, asked_at, approved_by, outcome, values } = command;
  const log = useSignal(false);
  return (
    <li class="card command">
      <header class="command-head">
        <span class={TONES[state]}>
          <Icon name={ICONS[state]} size={14} weight={2.2} />
          {t(`fleet.command.state.${state}`)}
        </span>
        <strong dir="auto">{orderWords(orders, edge)}</strong>
      </header>
      <p class="quiet-text command-who">
        <span dir="auto">{t('fleet.command.by', { who: asked_by })}</span>
        {approved_by !== null && (
          <span dir="auto">{t('fleet.command.approvedBy', { who: approved_by })}</span>
        )}
        <time dateTime={new Date(asked_at).toISOString()} title={formatExact(asked_at, language.value)}>
          {formatMoment(asked_at, now.peek(), language.value)}
        </time>
        {isOpen(command) && <Due at={command.due_at} />}
      </p>
      <p class="reason-quote" dir="auto">
        {reason}
      </p>
      {outcome !== null && (
        <p class="command-outcome" dir="auto">
          {outcome}
        </p>
      )}
      {values !== null && (
        <RegisterTable
          values={values}
          from={orders.kind === 'read' ? orders.address : null}
          bits={orders.kind === 'read' && (orders.table === 'coil' || orders.table === 'discrete')}
        />
      )}
      {orders.kind === 'log' && state === 'done' && (
        <button
          type="button"
          class="button"
          onClick={() => {
            log.value = !log.value;
          }}
          aria-expanded={log.value}
        >
          {t('fleet.command.showLog')}
        </button>
      )}
      {log.value && <LogLines edge={edge.name} id={command.id} />}
      {state === 'waiting' && <Approve command={command} edge={edge} again={again} />}
    </li>
  );
}

function Due({ at }: { at: number | null }) {
  if (at === null) return null;
  const left = at - now.value;
  return (
    <span>
      {left <= 0 ? t('fleet.command.due') : t('fleet.command.dueIn', { time: formatDuration(left, texts()) })}
    </span>
  );
}

/** Two persons: who asked cannot approve. */
function Approve({ command, edge, again }: CommandCardProps) {
  const asking = useSignal(false);
  const sending = useSend();
  const own = access.value.kind === 'in' && access.value.session.name === command.asked_by;
  if (own) return <p class="quiet-text">{t('fleet.command.needsOther')}</p>;
  const approve = async (): Promise<void> => {
    const sent = await sending.send(() => approveCommand(edge.name, command.id));
    if (!sent) return;
    asking.value = false;
    again();
  };
  return (
    <>
      <div class="command-approve">
        <p>{t('fleet.command.asksYou', { who: command.asked_by })}</p>
        <button
          type="button"
          class="button button-strong"
          onClick={() => {
            asking.value = true;
          }}
        >
          <Icon name="check" size={16} />
          {t('fleet.command.approve')}
        </button>
      </div>
      {asking.value && (
        <Dialog
          title={t('fleet.command.approveTitle')}
          close={() => {
            asking.value = false;
          }}
        >
          <div class="form">
            <p class="command-review" dir="auto">
              {orderWords(command.orders, edge)}
            </p>
            <p class="reason-quote" dir="auto">
              {command.reason}
            </p>
            <p>{t('fleet.command.approveText')}</p>
            <FormFault fault={sending.fault.value} />
            <div class="form-actions">
              <button
                type="button"
                class="button button-strong"
                aria-disabled={sending.busy.value || undefined}
                onClick={() => void approve()}
              >
                {sending.busy.value ? t('send.busy') : t('fleet.command.approveNow')}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
