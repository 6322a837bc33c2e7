/** One alert: what it is about, the readings that caused it, what became of it, and what can be done. */
import { useEffect } from 'preact/hooks';
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { describeAlert } from '../../say.ts';
import { alerts, link } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { Actions } from './actions.tsx';
import { oneAlert, transitionsOf } from './calls.ts';
import { Causes } from './causes.tsx';
import { Facts } from './facts.tsx';
import { Notes } from './notes.tsx';
import { TimeLine } from './time-line.tsx';

export function OneAlert({ id }: { id: string }) {
  const asked = useAnswer((signal) => oneAlert(id, signal), [id]);
  // What the stream tells is newer than the answer, and is there without network.
  const open = alerts.value.get(id);
  const stamp = JSON.stringify(open ?? null);
  useEffect(() => {
    if (asked.answer.peek().kind === 'ready') asked.again();
  }, [stamp]);
  if (open) return <Whole alert={open} changed={asked.again} />;
  return (
    <Shown asked={asked} lines={8}>
      {(alert) => <Whole alert={alert} changed={asked.again} />}
    </Shown>
  );
}

interface WholeProps {
  readonly alert: AlertAnswer;
  readonly changed: () => void;
}

function Whole({ alert, changed }: WholeProps) {
  const transitions = useAnswer((signal) => transitionsOf(alert.id, signal), [alert.id]);
  const stamp = JSON.stringify(alert);
  useEffect(() => {
    if (transitions.answer.peek().kind === 'ready') transitions.again();
  }, [stamp]);
  return (
    <Page
      title={describeAlert(alert)}
      lead={
        <a class="back-link" href={hrefOf('alerts')}>
          <Icon name="back" size={16} />
          {t('alerts.back')}
        </a>
      }
    >
      {link.value === 'lost' && (
        <p class="late" role="status">
          <Icon name="silent" size={16} />
          {t('alerts.offline')}
        </p>
      )}
      <div class="one">
        <div class="one-main">
          <Facts alert={alert} />
          <Causes alert={alert} />
        </div>
        <div class="one-side">
          <Notes alert={alert} />
          <section class="section" aria-labelledby="timeline-title">
            <h3 id="timeline-title">{t('alerts.timeline')}</h3>
            <Shown asked={transitions} lines={5}>
              {(list) => <TimeLine transitions={list} alert={alert} />}
            </Shown>
          </section>
        </div>
      </div>
      <Actions alert={alert} changed={changed} />
    </Page>
  );
}
