/** What was refused, with its reason and what came: to be run again when its cause is mended, or removed. */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { type QuarantineFilter, type QuarantinePage, quarantine, rerunAll } from './calls.ts';
import { QuarantineCard } from './quarantine-card.tsx';

interface QuarantineListProps {
  readonly client: string;
  readonly reason: string;
}

const EVERY_MS = 30_000;

export function QuarantineList({ client, reason }: QuarantineListProps) {
  const filter: QuarantineFilter = {
    ...(client !== '' && { client }),
    ...(reason !== '' && { reason }),
  };
  const cursor = useSignal<string | undefined>(undefined);
  const asked = useAnswer(
    (signal) => quarantine(filter, cursor.value, signal),
    [client, reason, cursor.value ?? ''],
    EVERY_MS,
  );
  const done = useSignal<string | null>(null);
  return (
    <>
      <Filter client={client} reason={reason} />
      <p class="saved-line" role="status">
        {done.value}
      </p>
      <Shown asked={asked} lines={6}>
        {(page) => (
          <Entries
            page={page}
            filter={filter}
            isFirst={cursor.value === undefined}
            go={(next) => {
              cursor.value = next;
            }}
            done={(said) => {
              done.value = said;
              asked.again();
            }}
          />
        )}
      </Shown>
    </>
  );
}

function Filter({ client, reason }: QuarantineListProps) {
  return (
    <div class="quarantine-filter">
      <label class="find">
        <Icon name="search" size={16} />
        <span class="unseen">{t('fleet.quarantine.reason')}</span>
        <input
          type="search"
          placeholder={t('fleet.quarantine.reason')}
          maxLength={200}
          value={reason}
          onChange={(event) => choose({ reason: event.currentTarget.value })}
        />
      </label>
      <label class="find">
        <Icon name="fleet" size={16} />
        <span class="unseen">{t('fleet.quarantine.client')}</span>
        <input
          type="search"
          placeholder={t('fleet.quarantine.client')}
          maxLength={100}
          value={client}
          onChange={(event) => choose({ client: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}

interface EntriesProps {
  readonly page: QuarantinePage;
  readonly filter: QuarantineFilter;
  readonly isFirst: boolean;
  readonly go: (cursor: string | undefined) => void;
  readonly done: (said: string) => void;
}

function Entries({ page: { entries, count, next }, filter, isFirst, go, done }: EntriesProps) {
  const filtered = Object.keys(filter).length > 0;
  if (entries.length === 0)
    return (
      <Notice
        icon="ok"
        title={t(filtered ? 'fleet.quarantine.noneFound' : 'fleet.quarantine.none')}
        text={t(filtered ? 'fleet.quarantine.noneFoundText' : 'fleet.quarantine.noneText')}
      />
    );
  return (
    <>
      <div class="row-head">
        <p class="page-lead">{t('fleet.quarantine.count', { n: count })}</p>
        <RunAll filter={filter} done={done} />
      </div>
      <ul class="quarantine">
        {entries.map((entry) => (
          <QuarantineCard key={entry.id} entry={entry} done={done} />
        ))}
      </ul>
      <p class="more-row">
        {!isFirst && (
          <button type="button" class="button" onClick={() => go(undefined)}>
            {t('fleet.newest')}
          </button>
        )}
        {next !== null && (
          <button type="button" class="button" onClick={() => go(next)}>
            {t('fleet.older')}
          </button>
        )}
      </p>
    </>
  );
}

/** Page by page, as the gateway takes them: how far it is, is seen. */
function RunAll({ filter, done }: Pick<EntriesProps, 'filter' | 'done'>) {
  const sending = useSend();
  const ran = useSignal(0);
  const run = async (): Promise<void> => {
    let [passed, stored, after] = [0, 0, 0];
    ran.value = 0;
    const sent = await sending.send(async () => {
      for (;;) {
        const { entries, next } = await rerunAll(filter, after);
        ran.value += entries.length;
        passed += entries.filter((entry) => entry.passed).length;
        stored += entries.reduce((sum, entry) => sum + entry.stored, 0);
        if (next === null) return;
        after = next;
      }
    });
    if (sent) done(t('fleet.quarantine.ranAll', { all: ran.peek(), passed, stored }));
  };
  return (
    <div class="run-all">
      {sending.fault.value !== null && (
        <span class="form-fault" role="alert">
          {sending.fault.value}
        </span>
      )}
      <button
        type="button"
        class="button"
        aria-disabled={sending.busy.value || undefined}
        onClick={() => void run()}
      >
        <Icon name="replay" size={16} />
        {sending.busy.value ? t('fleet.quarantine.running', { n: ran.value }) : t('fleet.quarantine.runAll')}
      </button>
    </div>
  );
}
