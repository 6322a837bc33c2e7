/** Where the feed goes: how far each destination got, what keeps it from more, and what a person can do. */

import { useSignal } from '@preact/signals';
import type { DestinationAnswer } from '../../../../devices/wire/destination.ts';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatFigure, formatMoment } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { destinations, resumeDestination, testDestination } from './calls.ts';
import { DeadLetters } from './dead-letters.tsx';

const EVERY_MS = 5000;

/** What needs a hand first. */
const RANK: Readonly<Record<DestinationAnswer['status'], number>> = { stopped: 0, failing: 1, delivering: 2 };

export function Destinations({ open }: { open: string }) {
  const asked = useAnswer(destinations, [], EVERY_MS);
  return (
    <Shown asked={asked} lines={6}>
      {(all) =>
        all.length === 0 ? (
          <Notice icon="country" title={t('fleet.destination.none')} text={t('fleet.destination.noneText')} />
        ) : (
          <ul class="destinations">
            {[...all]
              .sort((a, b) => RANK[a.status] - RANK[b.status] || b.dead_letters - a.dead_letters)
              .map((one) => (
                <DestinationCard key={one.id} one={one} isOpen={open === one.id} again={asked.again} />
              ))}
          </ul>
        )
      }
    </Shown>
  );
}

const ICONS: Readonly<Record<DestinationAnswer['status'], IconName>> = {
  delivering: 'ok',
  failing: 'warning',
  stopped: 'critical',
};
const TONES: Readonly<Record<DestinationAnswer['status'], string>> = {
  delivering: 'tag tag-good',
  failing: 'level level-warning',
  stopped: 'level level-critical',
};

interface DestinationCardProps {
  readonly one: DestinationAnswer;
  readonly isOpen: boolean;
  readonly again: () => void;
}

function DestinationCard({ one, isOpen, again }: DestinationCardProps) {
  const { id, type, status, behind, delivered, error, next_try_at, stopped, dead_letters } = one;
  const tested = useSignal<{ ok: boolean; said: string } | null>(null);
  const sending = useSend();
  const test = (): void => {
    tested.value = null;
    void sending.send(async () => {
      tested.value = await testDestination(id);
    });
  };
  return (
    <li class="card destination">
      <header class="destination-head">
        <h3>{id}</h3>
        <span class="tag">{type}</span>
        <span class={TONES[status]}>
          <Icon name={ICONS[status]} size={14} weight={2.2} />
          {t(`fleet.destination.${status}`)}
        </span>
      </header>
      <dl class="destination-facts">
        <div>
          <dt>{t('fleet.destination.behind')}</dt>
          <dd class={behind > 0 && status !== 'delivering' ? 'text-warning' : undefined}>
            {behind === 0
              ? t('fleet.destination.upToDate')
              : t('fleet.destination.items', { n: formatFigure(behind, 0, language.value) })}
          </dd>
        </div>
        <div>
          <dt>{t('fleet.destination.delivered')}</dt>
          <dd>#{formatFigure(delivered, 0, language.value)}</dd>
        </div>
        <div>
          <dt>{t('fleet.destination.letters')}</dt>
          <dd class={dead_letters > 0 ? 'text-warning' : undefined}>
            {formatFigure(dead_letters, 0, language.value)}
          </dd>
        </div>
      </dl>
      {error !== null && (
        <p class="destination-error" dir="auto">
          {error}
          {next_try_at !== null && <NextTry at={next_try_at} />}
        </p>
      )}
      {stopped !== null && (
        <p class="destination-error" dir="auto">
          {t('fleet.destination.stoppedAt', { time: formatMoment(stopped.at, now.peek(), language.value) })}{' '}
          {stopped.reason}
        </p>
      )}
      {tested.value !== null && (
        <p class={tested.value.ok ? 'tested is-good' : 'tested is-bad'} role="status">
          <Icon name={tested.value.ok ? 'ok' : 'fail'} size={16} />
          <span>
            <strong>{t(tested.value.ok ? 'fleet.test.good' : 'fleet.test.bad')}</strong>{' '}
            <span dir="auto">{tested.value.said}</span>
          </span>
        </p>
      )}
      <FormFault fault={sending.fault.value} />
      <div class="card-tools">
        <button type="button" class="button" aria-disabled={sending.busy.value || undefined} onClick={test}>
          {sending.busy.value ? t('send.busy') : t('fleet.test.button')}
        </button>
        {status !== 'delivering' && (
          <button
            type="button"
            class="button"
            aria-disabled={sending.busy.value || undefined}
            onClick={() => void sending.send(() => resumeDestination(id)).then(again)}
          >
            {t(status === 'stopped' ? 'fleet.destination.resume' : 'fleet.destination.tryNow')}
          </button>
        )}
        {dead_letters > 0 && (
          <a
            class="button"
            aria-expanded={isOpen}
            href={hrefOf('fleet', [], { tab: 'destinations', open: isOpen ? '' : id })}
          >
            {t('fleet.destination.showLetters', { n: dead_letters })}
          </a>
        )}
      </div>
      {isOpen && <DeadLetters id={id} count={dead_letters} again={again} />}
    </li>
  );
}

function NextTry({ at }: { at: number }) {
  const left = at - now.value;
  return (
    <span class="quiet-text">
      {' '}
      {left <= 0
        ? t('fleet.destination.tryingNow')
        : t('fleet.destination.nextTry', { time: formatDuration(left, texts()) })}
    </span>
  );
}
