/** What a person can do with an alert; on a phone at the bottom, where the thumb is. */
import { useSignal } from '@preact/signals';
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { mayAct } from '../../actions.ts';
import { t } from '../../i18n.ts';
import { isUnacknowledged } from '../../merge.ts';
import { Acknowledge, WaitsForNetwork } from '../../parts/acknowledge.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { showAnswer } from '../../state.ts';
import { ActionDialog } from './action-dialog.tsx';
import { type Action, act } from './calls.ts';
import { isQuiet } from './standing.ts';

type Kind = Action['kind'];

const ICONS: Readonly<Record<Kind, IconName>> = {
  note: 'edit',
  shelve: 'shelf',
  unshelve: 'bell',
  reset: 'check',
  correct: 'limits',
  retract: 'trash',
};

/** Besides taking it: what its state allows, the usual first. */
export function possible(alert: AlertAnswer): Kind[] {
  const stands = alert.state !== 'cleared';
  return [
    ...(alert.state === 'latched' ? (['reset'] as const) : []),
    ...(alert.shelved ? (['unshelve'] as const) : []),
    ...(stands && !alert.shelved && !alert.historical ? (['shelve'] as const) : []),
    'note',
    ...(alert.retracted ? [] : (['correct', 'retract'] as const)),
  ];
}

interface ActionsProps {
  readonly alert: AlertAnswer;
  readonly changed: () => void;
}

export function Actions({ alert, changed }: ActionsProps) {
  /** `more`: the list of what is rarer. */
  const opened = useSignal<Kind | 'more' | null>(null);
  if (!mayAct()) return null;
  const kinds = possible(alert);
  const [usual] = kinds;
  const take = isUnacknowledged(alert) && !isQuiet(alert);
  const close = (): void => {
    opened.value = null;
  };
  const send = async (action: Action): Promise<void> => {
    await showAnswer(alert.id, act(alert.id, action));
    close();
    changed();
  };
  return (
    <section class="act-bar" aria-label={t('alerts.act.label')}>
      {take ? <Acknowledge alert={alert} done={changed} /> : <WaitsForNetwork alert={alert.id} />}
      {usual && (
        <button
          type="button"
          class={`button act-usual${usual === 'reset' && !take ? ' button-strong' : ''}`}
          onClick={() => {
            opened.value = usual;
          }}
        >
          <Icon name={ICONS[usual]} size={18} />
          {t(`alerts.act.${usual}`)}
        </button>
      )}
      {kinds.length > 1 && (
        <button
          type="button"
          class="button act-more"
          aria-haspopup="dialog"
          onClick={() => {
            opened.value = 'more';
          }}
        >
          <Icon name="more" size={18} />
          {t('alerts.act.more')}
        </button>
      )}
      {opened.value === 'more' && (
        <Dialog title={t('alerts.act.more')} close={close}>
          <ul class="act-list">
            {kinds.map((kind) => (
              <li key={kind}>
                <button
                  type="button"
                  class="menu-item"
                  onClick={() => {
                    opened.value = kind;
                  }}
                >
                  <Icon name={ICONS[kind]} size={20} />
                  {t(`alerts.act.${kind}`)}
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
      {opened.value !== null && opened.value !== 'more' && (
        <ActionDialog key={opened.value} kind={opened.value} alert={alert} send={send} close={close} />
      )}
    </section>
  );
}
