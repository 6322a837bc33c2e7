/** The messages that went out last, and what became of them. */
import { useSignal } from '@preact/signals';
import type { NoticeAnswer, Person } from '../../../../devices/wire/notify.ts';
import { channelName } from '../../channel-name.ts';
import { now } from '../../clock.ts';
import { formatExact, formatMoment } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { Level } from '../../parts/level.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { notices } from './calls.ts';

const EVERY_MS = 10_000;

const TONES: Readonly<Record<NoticeAnswer['state'], string>> = {
  waiting: 'tag',
  sending: 'tag',
  sent: 'tag tag-good',
  unknown: 'level level-warning',
  failed: 'level level-critical',
  dropped: 'tag',
};

export function Notices({ people }: { people: readonly Person[] }) {
  const cursor = useSignal<string | undefined>(undefined);
  const asked = useAnswer((signal) => notices(cursor.value, signal), [cursor.value ?? ''], EVERY_MS);
  return (
    <section class="section">
      <header class="section-head">
        <h3>{t('fleet.notices')}</h3>
      </header>
      <Shown asked={asked}>
        {({ notices: all, next }) => (
          <>
            {all.length === 0 ? (
              <p class="quiet-text">{t('fleet.notices.none')}</p>
            ) : (
              <Table all={all} people={people} />
            )}
            <p class="more-row">
              {cursor.value !== undefined && (
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    cursor.value = undefined;
                  }}
                >
                  {t('fleet.newest')}
                </button>
              )}
              {next !== null && (
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    cursor.value = next;
                  }}
                >
                  {t('fleet.older')}
                </button>
              )}
            </p>
          </>
        )}
      </Shown>
    </section>
  );
}

function Table({ all, people }: { all: readonly NoticeAnswer[]; people: readonly Person[] }) {
  const nameOf = (id: string): string => people.find((person) => person.id === id)?.name ?? id;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <div class="table-box" tabIndex={0}>
      <table class="table notices">
        <thead>
          <tr>
            <th scope="col">{t('fleet.notices.at')}</th>
            <th scope="col">{t('fleet.notices.person')}</th>
            <th scope="col">{t('fleet.notices.state')}</th>
            <th scope="col">{t('fleet.notices.channel')}</th>
            <th scope="col">{t('fleet.notices.level')}</th>
            <th scope="col" class="number">
              {t('fleet.notices.alerts')}
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ number, made_at, person, state, channel, level, alerts, error, tries }) => (
            <tr key={number}>
              <td>
                <time title={formatExact(made_at, language.value)}>
                  {formatMoment(made_at, now.peek(), language.value)}
                </time>
                <span class="quiet-text"> #{number}</span>
              </td>
              <th scope="row" dir="auto">
                {nameOf(person)}
              </th>
              <td>
                <span class={TONES[state]}>{t(`fleet.notice.${state}`)}</span>
                {error !== null && (
                  <span class="notice-error" dir="auto">
                    {error}
                    {tries > 1 && ` · ${t('fleet.notices.tries', { n: tries })}`}
                  </span>
                )}
              </td>
              <td>{channel === null ? '–' : channelName(channel, texts())}</td>
              <td>{level === null ? '–' : <Level level={level} />}</td>
              <td class="number">{alerts}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
