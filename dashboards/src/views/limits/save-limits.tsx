/** Saving with a reason; when somebody was faster, what he did, and the way on. */
import { useSignal } from '@preact/signals';
import type { StationAnswer, StationLimitsAnswer } from '../../../../devices/wire/api.ts';
import { ApiFault } from '../../api.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useSend } from '../../use-send.ts';
import { type Limit, limitsOf, setLimits } from './calls.ts';
import { changesBetween } from './change.ts';
import { Changes } from './changes.tsx';
import { withLimit } from './draft.ts';
import { refusalOf } from './refusal.ts';

interface SaveLimitsProps {
  readonly station: StationAnswer;
  /** The version that the person saw. */
  readonly began: StationLimitsAnswer;
  /** null: not to be saved, or to be taken out. */
  readonly limit: Limit | null;
  readonly limitKey: string | null;
  readonly ready: boolean;
  /** Why it is not ready, when that is not seen elsewhere. */
  readonly why: string | null;
  readonly saved: () => void;
  readonly label?: string;
}

export function SaveLimits(props: SaveLimitsProps) {
  const { station, began, limit, limitKey, ready, why, saved, label = t('limits.save.button') } = props;
  const reason = useSignal('');
  const asked = useSignal(false);
  const refused = useSignal<string | null>(null);
  /** What somebody else has set since. */
  const other = useSignal<StationLimitsAnswer | null>(null);
  const sending = useSend();
  const noReason = asked.value && reason.value.trim() === '' ? t('limits.save.needsReason') : null;

  const save = async (base: StationLimitsAnswer): Promise<void> => {
    asked.value = true;
    refused.value = null;
    if (!ready || reason.peek().trim() === '') return;
    const done = await sending.send(async () => {
      try {
        await setLimits(station.id, {
          based_on: base.version,
          reason: reason.peek().trim(),
          limits: withLimit(base.limits, limitKey, limit),
        });
        other.value = null;
      } catch (error) {
        if (!(error instanceof ApiFault) || (error.status !== 409 && error.status !== 400)) throw error;
        if (error.status === 409) other.value = await limitsOf(station.id);
        else refused.value = refusalOf(error.message, language.peek()).sentence;
      }
    });
    if (done && other.peek() === null && refused.peek() === null) saved();
  };
  const fault = refused.value ?? sending.fault.value;
  return (
    <section class="card save-limits" aria-label={label}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save(other.peek() ?? began);
        }}
      >
        <Field label={t('limits.save.reason')} hint={t('limits.save.reasonHint')} fault={noReason}>
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
        {other.value !== null && <Conflict began={began} other={other.value} />}
        {fault !== null && (
          <p class="form-fault" role="alert">
            {fault}
          </p>
        )}
        <div class="form-actions">
          {why !== null && <span class="quiet-text">{why}</span>}
          <button
            type="submit"
            class="button button-strong"
            disabled={!ready}
            aria-disabled={sending.busy.value || undefined}
          >
            {sending.busy.value ? t('send.busy') : other.value !== null ? t('limits.save.onTop') : label}
          </button>
        </div>
      </form>
    </section>
  );
}

function Conflict({ began, other }: { began: StationLimitsAnswer; other: StationLimitsAnswer }) {
  return (
    <div class="conflict" role="alert">
      <p class="conflict-title">
        <Icon name="warning" size={16} />
        {t('limits.conflict.title', {
          who: other.by ?? began.edge.name,
          time: other.at === null ? '' : formatMoment(other.at, now.peek(), language.value),
        })}
      </p>
      {other.reason !== null && (
        <blockquote class="reason-quote" dir="auto">
          {other.reason}
        </blockquote>
      )}
      <Changes changes={changesBetween(began.limits, other.limits)} />
      <p>{t('limits.conflict.text')}</p>
    </div>
  );
}
