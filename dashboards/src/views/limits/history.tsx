/** The versions of a station's limits: who, when, why, what it changed; and the way back to one. */
import { useSignal } from '@preact/signals';
import type { StationAnswer, StationLimitsAnswer } from '../../../../devices/wire/api.ts';
import { ApiFault } from '../../api.ts';
import { now } from '../../clock.ts';
import { formatExact, formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { type LimitVersion, setLimits, versionsOf } from './calls.ts';
import { changesBetween } from './change.ts';
import { Changes } from './changes.tsx';
import { maySet } from './may-set.ts';

interface HistoryProps {
  readonly station: StationAnswer;
  readonly answer: StationLimitsAnswer;
  readonly done: () => void;
}

export function History({ station, answer, done }: HistoryProps) {
  const cursors = useSignal<readonly (string | undefined)[]>([undefined]);
  const back = useSignal<LimitVersion | null>(null);
  return (
    <section class="section">
      <header class="section-head">
        <h3>{t('limits.history.title')}</h3>
      </header>
      <ol class="limit-versions">
        {cursors.value.map((cursor) => (
          <VersionsPage
            key={cursor ?? ''}
            station={station}
            version={answer.version}
            cursor={cursor}
            more={(next) => {
              cursors.value = [...cursors.value, next];
            }}
            back={(version) => {
              back.value = version;
            }}
          />
        ))}
      </ol>
      {back.value !== null && (
        <BackTo
          station={station}
          answer={answer}
          version={back.value}
          close={() => {
            back.value = null;
          }}
          done={() => {
            back.value = null;
            done();
          }}
        />
      )}
    </section>
  );
}

interface VersionsPageProps {
  readonly station: StationAnswer;
  readonly version: number;
  readonly cursor: string | undefined;
  readonly more: (next: string) => void;
  readonly back: (version: LimitVersion) => void;
}

function VersionsPage({ station, version, cursor, more, back }: VersionsPageProps) {
  const pressed = useSignal(false);
  const asked = useAnswer(
    (signal) => versionsOf(station.id, cursor, signal),
    [station.id, cursor ?? '', version],
  );
  return (
    <Shown asked={asked}>
      {({ versions, next }) => (
        <>
          {versions.map((one, index) => (
            <Version
              key={one.version}
              one={one}
              before={versions[index + 1] ?? null}
              isCurrent={one.version === version}
              back={back}
            />
          ))}
          {next !== null && !pressed.value && (
            <li class="more-row">
              <button
                type="button"
                class="button"
                onClick={() => {
                  pressed.value = true;
                  more(next);
                }}
              >
                {t('app.more')}
              </button>
            </li>
          )}
        </>
      )}
    </Shown>
  );
}

interface VersionProps {
  readonly one: LimitVersion;
  readonly before: LimitVersion | null;
  readonly isCurrent: boolean;
  readonly back: (version: LimitVersion) => void;
}

function Version({ one, before, isCurrent, back }: VersionProps) {
  const { version, at, by, reason, limits } = one;
  return (
    <li class="limit-version">
      <div class="limit-version-head">
        <strong>{version === 0 ? t('limits.version.file') : t('limits.version.n', { n: version })}</strong>
        {isCurrent && <span class="tag tag-current">{t('limits.version.current')}</span>}
        <span class="quiet-text">
          {by !== null && <span dir="auto">{by}</span>}
          {at !== null && (
            <time dateTime={new Date(at).toISOString()} title={formatExact(at, language.value)}>
              {formatMoment(at, now.peek(), language.value)}
            </time>
          )}
        </span>
        {!isCurrent && maySet() && (
          <button type="button" class="button" onClick={() => back(one)}>
            <Icon name="replay" size={16} />
            {t('limits.history.back')}
          </button>
        )}
      </div>
      {reason !== null && (
        <blockquote class="reason-quote" dir="auto">
          {reason}
        </blockquote>
      )}
      {before !== null && <Changes changes={changesBetween(before.limits, limits)} />}
      {version === 0 && <p class="quiet-text">{t('limits.history.file', { n: limits.length })}</p>}
    </li>
  );
}

interface BackToProps extends HistoryProps {
  readonly version: LimitVersion;
  readonly close: () => void;
}

function BackTo({ station, answer, version, close, done }: BackToProps) {
  const name =
    version.version === 0 ? t('limits.version.file') : t('limits.version.n', { n: version.version });
  const reason = useSignal(t('limits.history.backReason', { version: name }));
  const outdated = useSignal(false);
  const sending = useSend();
  const send = async (): Promise<void> => {
    const sent = await sending.send(async () => {
      try {
        await setLimits(station.id, {
          based_on: answer.version,
          reason: reason.peek().trim(),
          limits: version.limits,
        });
      } catch (error) {
        if (!(error instanceof ApiFault) || error.status !== 409) throw error;
        outdated.value = true;
      }
    });
    if (sent && !outdated.peek()) done();
  };
  return (
    <Dialog title={t('limits.history.backTo', { version: name })} close={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.peek().trim() !== '') void send();
        }}
      >
        <Changes changes={changesBetween(answer.limits, version.limits)} />
        <Field
          label={t('limits.save.reason')}
          fault={reason.value.trim() === '' ? t('limits.save.needsReason') : null}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              dir="auto"
              maxLength={1000}
              value={reason.value}
              onInput={(event) => {
                reason.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
        {(outdated.value || sending.fault.value !== null) && (
          <p class="form-fault" role="alert">
            {outdated.value ? t('limits.history.outdated') : sending.fault.value}
          </p>
        )}
        <div class="form-actions">
          <button type="button" class="button" onClick={close}>
            {t('app.cancel')}
          </button>
          <button type="submit" class="button button-strong" aria-disabled={sending.busy.value || undefined}>
            {sending.busy.value ? t('send.busy') : t('limits.history.back')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
