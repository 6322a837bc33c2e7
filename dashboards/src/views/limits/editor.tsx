/** Editing one limit: the form, its sentence, and beside it what it would have told. */
import { useComputed, useSignal } from '@preact/signals';
import type { StationAnswer, StationLimitsAnswer } from '../../../../devices/wire/api.ts';
import { parameterName } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { go, hrefOf } from '../../route.ts';
import type { Limit } from './calls.ts';
import { sameLimit } from './change.ts';
import { type Draft, draftOf, emptyDraft, freeName, keyOf, limitOf, typed, withLimit } from './draft.ts';
import { useFixed } from './fixed-lines.ts';
import { LimitChart } from './limit-chart.tsx';
import { kindsFor, LimitForm } from './limit-form.tsx';
import { Rehearsal } from './rehearsal.tsx';
import { SaveLimits } from './save-limits.tsx';
import { limitSentences } from './sentence.ts';
import { movedTo, thresholdsOf } from './thresholds.ts';
import { useRehearsal } from './use-rehearsal.ts';

interface EditorProps {
  readonly station: StationAnswer;
  readonly answer: StationLimitsAnswer;
  /** Key of the limit; null: a new one. */
  readonly limitKey: string | null;
}

export function Editor({ station, answer, limitKey }: EditorProps) {
  // What was there when the person began: others may change it meanwhile, which the save will tell.
  const began = useSignal(answer).value;
  const before = began.limits.find((limit) => keyOf(limit) === limitKey) ?? null;
  if (limitKey !== null && before === null)
    return (
      <Page title={local(station.name)}>
        <Notice icon="doubtful" title={t('limits.gone')} text={t('limits.goneText')}>
          <a class="button" href={hrefOf('limits', [station.id])}>
            {t('limits.back')}
          </a>
        </Notice>
      </Page>
    );
  return <Editing station={station} began={began} before={before} />;
}

interface EditingProps {
  readonly station: StationAnswer;
  readonly began: StationLimitsAnswer;
  readonly before: Limit | null;
}

function firstDraft({ station, began, before }: EditingProps): Draft {
  if (before !== null) return draftOf(before, language.peek());
  const draft = emptyDraft(station.parameters[0]?.id ?? '');
  return { ...draft, name: freeName(draft.parameter ?? '', draft.kind, began.limits) };
}

function Editing(props: EditingProps) {
  const { station, began, before } = props;
  const draft = useSignal<Draft>(firstDraft(props));
  const named = useSignal(false);
  const made = useComputed(() => limitOf(draft.value, language.value));
  const limit = made.value.kind === 'limit' ? made.value.limit : null;
  const key = before === null ? null : keyOf(before);
  const next = limit === null ? null : withLimit(began.limits, key, limit);
  const rehearsal = useRehearsal(station.id, next);

  const change = (fields: Readonly<Record<string, string>>): void => {
    const changed = { ...draft.peek(), ...fields } as Draft;
    if ('name' in fields) named.value = true;
    if ('parameter' in fields && !kindsFor(changed.parameter ?? '').includes(changed.kind))
      Object.assign(changed, { kind: 'high' });
    // A name of the person's own stays.
    if (before === null && !named.peek() && ('kind' in fields || 'parameter' in fields))
      Object.assign(changed, { name: freeName(changed.parameter ?? '', changed.kind, began.limits) });
    draft.value = changed;
  };
  const move = (field: string, value: number): void => {
    if (limit === null) return;
    const moved = Object.entries(movedTo(limit, field, value));
    change(Object.fromEntries(moved.map(([name, to]) => [name, typed(to, language.value)])));
  };
  const refused = rehearsal.state.value.kind === 'refused' ? rehearsal.state.value.refusal : null;
  const place = limit === null ? -1 : (next ?? []).indexOf(limit);
  const faultOf = (field: string): string | null => {
    if (made.value.kind === 'faulty') {
      const fault = made.value.faults[field];
      return fault === undefined ? null : t(fault);
    }
    return refused !== null && refused.index === place && refused.field === field ? refused.sentence : null;
  };
  const general =
    refused !== null && (refused.index !== place || refused.field === '') ? refused.sentence : null;
  const changed = limit !== null && (before === null || !sameLimit(before, limit));
  const parameter = (draft.value.parameter ?? '') as Limit['parameter'];
  const tried = { parameter, name: draft.value.name ?? '' };
  const fixed = useFixed(station.id, limit);
  const said = limit === null ? null : limitSentences(limit);
  return (
    <Page
      title={before === null ? t('limits.add') : parameterName(before.parameter, language.value)}
      lead={
        <a class="up-link" href={hrefOf('limits', [station.id])} dir="auto">
          <Icon name="back" size={16} />
          {local(station.name)}
        </a>
      }
    >
      <div class="limit-editor">
        <div class="limit-editor-form">
          <section class="card">
            <p class={`limit-said limit-said-${draft.value.level}`} aria-live="polite">
              {said === null ? (
                <span class="quiet-text">{t('limits.form.unfinished')}</span>
              ) : (
                <>
                  <strong>{said.raises}</strong>
                  {said.clears !== null && <span>{said.clears}</span>}
                </>
              )}
            </p>
            <LimitForm
              station={station}
              isNew={before === null}
              draft={draft.value}
              change={change}
              faultOf={faultOf}
            />
            {general !== null && (
              <p class="form-fault" role="alert">
                {general}
              </p>
            )}
          </section>
          <SaveLimits
            station={station}
            began={began}
            limit={limit}
            limitKey={key}
            ready={changed && refused === null}
            why={changed ? null : t('limits.save.same')}
            saved={() => go('limits', [station.id], { saved: '1' })}
          />
        </div>
        <Rehearsal rehearsal={rehearsal} tried={tried} present={before}>
          <LimitChart
            key={parameter}
            station={station.id}
            parameter={parameter}
            thresholds={thresholdsOf(limit)}
            fixed={fixed}
            move={move}
            rehearsed={rehearsal.last}
            tried={tried}
            present={before}
          />
        </Rehearsal>
      </div>
    </Page>
  );
}
