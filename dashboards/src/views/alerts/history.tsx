/** Every alert there was, newest first, by kind, level, place and days. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { FormFault } from '../../parts/form-end.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import type { Query } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { AlertRow } from './alert-row.tsx';
import { type AlertPage, alertPage } from './calls.ts';
import { parametersOf } from './filters.ts';
import { HistoryFilters } from './history-filters.tsx';

const PAGE = 50;

export function History({ query }: { query: Query }) {
  const asked = parametersOf(query);
  const first = useAnswer((signal) => alertPage({ ...asked, limit: PAGE }, signal), [asked]);
  return (
    <>
      <HistoryFilters query={query} />
      <Shown asked={first} lines={8}>
        {(page) => <Pages key={JSON.stringify(asked)} first={page} asked={asked} />}
      </Shown>
    </>
  );
}

interface PagesProps {
  readonly first: AlertPage;
  readonly asked: ReturnType<typeof parametersOf>;
}

/** The first page and those that were asked for since. */
function Pages({ first, asked }: PagesProps) {
  const older = useSignal<readonly AlertAnswer[]>([]);
  const next = useSignal(first.next);
  const sending = useSend();
  useEffect(() => {
    older.value = [];
    next.value = first.next;
  }, [first]);
  const more = (): Promise<boolean> =>
    sending.send(async () => {
      const page = await alertPage({ ...asked, limit: PAGE, cursor: next.peek() ?? undefined });
      older.value = [...older.peek(), ...page.alerts];
      next.value = page.next;
    });
  const all = [...first.alerts, ...older.value];
  if (all.length === 0)
    return <Notice icon="list" title={t('alerts.historyEmpty')} text={t('alerts.historyEmptyText')} />;
  return (
    <>
      <ul class="alert-rows">
        {all.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
      <footer class="rows-end">
        {next.value === null ? (
          <p>{t('alerts.end', { n: all.length })}</p>
        ) : (
          <button type="button" class="button" aria-disabled={sending.busy.value} onClick={more}>
            {t(sending.busy.value ? 'app.loading' : 'alerts.more')}
          </button>
        )}
        <FormFault fault={sending.fault.value} />
      </footer>
    </>
  );
}
