/** What stands and wakes nobody, with the reason. */
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.ts';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { alerts } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { AlertRow } from './alert-row.tsx';
import { alertPage } from './calls.ts';

const AGAIN_MS = 30_000;
const MOST = 500;

export function Quiet() {
  const asked = useAnswer((signal) => alertPage({ state: 'quiet', limit: MOST }, signal), [], AGAIN_MS);
  // What is shelved leaves the open ones at the same moment.
  const open = alerts.value.size;
  useEffect(() => asked.again(), [open]);
  return (
    <Shown asked={asked} lines={5}>
      {({ alerts: list }) =>
        list.length === 0 ? (
          <Notice icon="ok" title={t('alerts.quietEmpty')} text={t('alerts.quietText')} />
        ) : (
          <>
            <p class="page-lead lead">{t('alerts.quietText')}</p>
            <ul class="alert-rows">
              {list.map((alert) => (
                <AlertRow key={alert.id} alert={alert} why />
              ))}
            </ul>
          </>
        )
      }
    </Shown>
  );
}
