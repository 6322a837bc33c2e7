/** What a destination has refused for good: to be sent again, or to be let go. */
import { useSignal } from '@preact/signals';
import type { DeadLetterAnswer } from '../../../../devices/wire/destination.ts';
import { t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { deadLetters, discardLetter, resendLetter } from './calls.ts';

interface DeadLettersProps {
  readonly id: string;
  readonly count: number;
  readonly again: () => void;
}

export function DeadLetters({ id, count, again }: DeadLettersProps) {
  const after = useSignal(0);
  const asked = useAnswer((signal) => deadLetters(id, after.value, signal), [id, after.value, count]);
  return (
    <Shown asked={asked}>
      {({ letters, next }) => (
        <>
          <ul class="letters">
            {letters.map((letter) => (
              <Letter key={letter.number} id={id} letter={letter} again={again} />
            ))}
          </ul>
          <p class="more-row">
            {after.value > 0 && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  after.value = 0;
                }}
              >
                {t('fleet.destination.firstLetters')}
              </button>
            )}
            {next !== null && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  after.value = next;
                }}
              >
                {t('app.more')}
              </button>
            )}
          </p>
        </>
      )}
    </Shown>
  );
}

function Letter({ id, letter, again }: { id: string; letter: DeadLetterAnswer; again: () => void }) {
  const { number, at, reason, item } = letter;
  const refused = useSignal<string | null>(null);
  const sure = useSignal(false);
  const sending = useSend();
  const resend = (): void => {
    void sending.send(async () => {
      const answer = await resendLetter(id, number);
      refused.value = answer.delivered ? null : (answer.reason ?? reason);
      if (answer.delivered) again();
    });
  };
  return (
    <li class="letter">
      <p class="letter-head">
        <strong>#{number}</strong>
        <span dir="auto">{reason}</span>
        <Age at={at} />
      </p>
      <details>
        <summary>{t('fleet.destination.item')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
        <pre class="payload" tabIndex={0}>
          {item === null ? t('fleet.destination.itemGone') : JSON.stringify(item, null, 2)}
        </pre>
      </details>
      {(refused.value !== null || sending.fault.value !== null) && (
        <p class="form-fault" role="alert" dir="auto">
          {refused.value === null
            ? sending.fault.value
            : t('fleet.destination.refusedAgain', { reason: refused.value })}
        </p>
      )}
      <div class="card-tools">
        <button type="button" class="button" aria-disabled={sending.busy.value || undefined} onClick={resend}>
          {t('fleet.destination.resend')}
        </button>
        {sure.value ? (
          <button
            type="button"
            class="button button-danger"
            aria-disabled={sending.busy.value || undefined}
            onClick={() => void sending.send(() => discardLetter(id, number)).then((sent) => sent && again())}
          >
            {t('fleet.destination.discardSure')}
          </button>
        ) : (
          <button
            type="button"
            class="button"
            onClick={() => {
              sure.value = true;
            }}
          >
            {t('fleet.destination.discard')}
          </button>
        )}
      </div>
    </li>
  );
}
