/** One person: the ways to him in their order, when he is on duty, and a test of each way. */

import { useSignal } from '@preact/signals';
import type { Duty, Person } from '../../../../devices/wire/notify.ts';
import { channelName } from '../../channel-name.ts';
import { language, t, texts } from '../../i18n.ts';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useSend } from '../../use-send.ts';
import { type ChannelTest, testPerson } from './calls.ts';
import { daysWords } from './words.ts';

const dutyText = ({ days, from, to }: Duty): string => `${daysWords(days, language.value)}, ${from}–${to}`;

export function PersonCard({ person }: { person: Person }) {
  const { id, name, channels, duty, enabled, user } = person;
  const results = useSignal<readonly ChannelTest[] | null>(null);
  const sending = useSend();
  const test = (): void => {
    results.value = null;
    void sending.send(async () => {
      results.value = (await testPerson(id)).channels;
    });
  };
  return (
    <li class="card person">
      <header class="person-head">
        <h3 dir="auto">{name}</h3>
        <span class="quiet-text">
          {id}
          {user !== undefined && ` · ${t('fleet.people.user', { user })}`}
        </span>
        {!enabled && <span class="tag">{t('fleet.people.off')}</span>}
      </header>
      <ol class="person-channels">
        {channels.map((channel, index) => (
          <li key={index}>
            <span class="channel-kind">{channelName(channel.kind, texts())}</span>
            {channel.address !== undefined && (
              <span class="quiet-text" dir="auto">
                {channel.address}
              </span>
            )}
            <Result result={results.value?.[index] ?? null} />
          </li>
        ))}
        {channels.length === 0 && <li class="text-warning">{t('fleet.people.noChannel')}</li>}
      </ol>
      <p class="quiet-text">
        <Icon name="clock" size={14} />{' '}
        {duty === undefined || duty.length === 0 ? t('fleet.duty.always') : duty.map(dutyText).join('; ')}
      </p>
      <FormFault fault={sending.fault.value} />
      <div class="card-tools">
        <button
          type="button"
          class="button"
          aria-label={t('fleet.test.person', { name })}
          aria-disabled={sending.busy.value || undefined}
          onClick={test}
        >
          {sending.busy.value ? t('fleet.test.sending') : t('fleet.test.button')}
        </button>
      </div>
    </li>
  );
}

function Result({ result }: { result: ChannelTest | null }) {
  if (result === null) return null;
  return (
    <span class={result.ok ? 'tested is-good' : 'tested is-bad'} role="status">
      <Icon name={result.ok ? 'ok' : 'fail'} size={14} />
      <span dir="auto">{result.ok ? t('fleet.test.taken') : result.said}</span>
    </span>
  );
}
