/** How often the limit would have spoken in the last thirty days, beside how often it has. */
import type { ComponentChildren } from 'preact';
import { rough } from '../../age.ts';
import { t, texts } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { alertsOf, DAYS, daysOf, isPartial, type Key, pairs, type Told, toldBy } from './compare.ts';
import { DayStrip } from './day-strip.tsx';
import { exact } from './number.ts';
import { RehearsedAlerts } from './rehearsed-alerts.tsx';
import type { Rehearsed, UsedRehearsal } from './use-rehearsal.ts';

interface RehearsalProps {
  readonly rehearsal: UsedRehearsal;
  readonly tried: Key;
  /** Of the limit that is in force; null: it is a new one. */
  readonly present: Key | null;
  readonly children?: ComponentChildren;
}

export function Rehearsal({ rehearsal, tried, present, children }: RehearsalProps) {
  const { state, last, stop, again } = rehearsal;
  const now = state.value;
  return (
    <section class="card rehearsal" aria-labelledby="rehearsal-title">
      <header class="rehearsal-head">
        <h3 id="rehearsal-title">{t('limits.rehearsal.title', { n: DAYS })}</h3>
        <State state={now} stop={stop} again={again} />
      </header>
      {children}
      {last.value === null ? (
        <Missing state={now} />
      ) : (
        <div class={now.kind === 'done' ? 'rehearsal-body' : 'rehearsal-body is-older'}>
          <Result done={last.value} tried={tried} present={present} />
        </div>
      )}
    </section>
  );
}

function State({ state, stop, again }: { state: Rehearsed; stop: () => void; again: () => void }) {
  if (state.kind === 'running') {
    const { progress } = state;
    return (
      <div class="rehearsal-state">
        {progress === null ? (
          <progress class="progress" aria-label={t('limits.rehearsal.running')} />
        ) : (
          <progress class="progress" aria-label={t('limits.rehearsal.running')} value={progress} max={1} />
        )}
        <button type="button" class="button" onClick={stop}>
          {t('app.cancel')}
        </button>
      </div>
    );
  }
  return (
    <div class="rehearsal-state" role="status">
      {state.kind === 'done' && (
        <span class="tag">
          <Icon name="check" size={12} weight={2.4} />
          {t('limits.rehearsal.current')}
        </span>
      )}
      {(state.kind === 'stopped' || state.kind === 'failed') && (
        <>
          <span>{state.kind === 'failed' ? state.text : t('limits.rehearsal.stopped')}</span>
          <button type="button" class="button" onClick={again}>
            {t('limits.rehearsal.again')}
          </button>
        </>
      )}
      {state.kind === 'refused' && <span class="text-warning">{t('limits.rehearsal.refused')}</span>}
    </div>
  );
}

function Missing({ state }: { state: Rehearsed }) {
  const busy = state.kind === 'running' || state.kind === 'waiting';
  return (
    <Notice
      icon={busy ? 'replay' : 'doubtful'}
      title={t(busy ? 'limits.rehearsal.none' : 'limits.rehearsal.nothing')}
      text={t('limits.rehearsal.how')}
    />
  );
}

interface ResultProps {
  readonly done: Extract<Rehearsed, { kind: 'done' }>;
  readonly tried: Key;
  readonly present: Key | null;
}

function Result({ done: { answer, counted }, tried, present }: ResultProps) {
  if (answer.rehearsed === null || answer.present === null) return null;
  const own = alertsOf(answer.rehearsed, tried, counted);
  const before = present === null ? [] : alertsOf(answer.present, present, counted);
  return (
    <>
      <div class="told-pair">
        <ToldBox
          title={t('limits.rehearsal.present')}
          told={present === null ? null : toldBy(answer.present, present, counted)}
        />
        <ToldBox title={t('limits.rehearsal.tried')} told={toldBy(answer.rehearsed, tried, counted)} strong />
      </div>
      <DayStrip
        rows={[
          ...(present === null
            ? []
            : [{ name: t('limits.rehearsal.present'), days: daysOf(before, counted) }]),
          { name: t('limits.rehearsal.tried'), days: daysOf(own, counted) },
        ]}
      />
      {answer.readings === 0 && <p class="quiet-text">{t('limits.rehearsal.noReadings')}</p>}
      {isPartial(answer) && <p class="quiet-text text-warning">{t('limits.rehearsal.partial')}</p>}
      <RehearsedAlerts pairs={pairs(own, before)} />
      <p class="quiet-text">{t('limits.rehearsal.differs')}</p>
    </>
  );
}

function ToldBox({ title, told, strong = false }: { title: string; told: Told | null; strong?: boolean }) {
  return (
    <div class={strong ? 'told is-strong' : 'told'}>
      <h4>{title}</h4>
      {told === null ? (
        <p class="told-none">{t('limits.rehearsal.isNew')}</p>
      ) : (
        <>
          <p class="told-count">
            <strong>{exact(told.alerts)}</strong> {t('limits.rehearsal.alerts', { n: told.alerts })}
          </p>
          <dl class="told-facts">
            <div>
              <dt>{t('limits.rehearsal.total')}</dt>
              <dd>{told.totalS === 0 ? '–' : rough(told.totalS, texts())}</dd>
            </div>
            <div>
              <dt>{t('limits.rehearsal.longest')}</dt>
              <dd>{told.longestS === 0 ? '–' : rough(told.longestS, texts())}</dd>
            </div>
            {told.quiet > 0 && (
              <div>
                <dt>{t('limits.rehearsal.quiet')}</dt>
                <dd>{exact(told.quiet)}</dd>
              </div>
            )}
          </dl>
        </>
      )}
    </div>
  );
}
