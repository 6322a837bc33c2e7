/** How an index came about: sub-indices, what went in and how complete it was, the means against the standard, and by what method. */
import { dayOf } from '../../../../devices/local-time.ts';
import type { DerivedAnswer, DerivedValueAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatExact, formatNumber } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { valueText } from '../../parts/value.tsx';
import { Badge, Category } from './badge.tsx';
import { longDay } from './days.ts';
import { completenessOf, inputsOf, meansOf, subIndices } from './derivation-rows.ts';
import type { Medium } from './medium.ts';
import { methodText } from './methods.ts';
import { pollutantName } from './names.ts';
import { type Scale, stepOf } from './scale.ts';
import { hourSpan } from './times.ts';

interface DerivationProps {
  readonly answer: DerivedAnswer;
  readonly parameter: string;
  readonly medium: Medium;
  readonly scale: Scale;
}

export function Derivation({ answer, parameter, medium, scale }: DerivationProps) {
  const value = answer.values.find((one) => one.parameter === parameter);
  if (value === undefined)
    return <Notice icon="missing" title={t('air-water.noValue')} text={t('air-water.noValueText')} />;
  return (
    <>
      <Told value={value} scale={scale} />
      <SubIndices value={value} medium={medium} scale={scale} />
      <Inputs answer={answer} value={value} />
      <Means answer={answer} />
      <Method value={value} />
    </>
  );
}

function Told({ value, scale }: { value: DerivedValueAnswer; scale: Scale }) {
  const isDay = value.parameter === 'vn_aqi_day';
  const step = value.value === null ? null : stepOf(scale, value.value);
  return (
    <header class="aw-told">
      <h3>
        {isDay
          ? t('air-water.dayOf', { day: longDay(dayOf(value.at - 1)) })
          : `${local(value.name)}, ${hourSpan(value.at, now.peek())}`}
      </h3>
      <div class="aw-now">
        <Badge value={value.value} scale={scale} size="large" />
        <div class="aw-words">
          <p class="aw-step">{step === null ? t('air-water.unpublished') : local(step.name)}</p>
          {step !== null && <p class="aw-advice">{local(step.advice)}</p>}
          {value.note && (
            <p class="aw-note">
              <Icon name="info" size={16} />
              <span>{local(value.note)}</span>
            </p>
          )}
        </div>
      </div>
    </header>
  );
}

interface SubIndicesProps {
  readonly value: DerivedValueAnswer;
  readonly medium: Medium;
  readonly scale: Scale;
}

function SubIndices({ value, medium, scale }: SubIndicesProps) {
  const rows = subIndices(value, medium);
  if (rows.length === 0) return null;
  const longest = medium.id === 'water' ? 100 : Math.max(100, ...rows.map(({ index }) => index));
  return (
    <section class="aw-block">
      <h4>{t('air-water.parts')}</h4>
      <dl class="aw-parts">
        {rows.map(({ id, index, dominant }) => (
          <div key={id} class={dominant ? 'aw-part is-dominant' : 'aw-part'}>
            <dt>
              {pollutantName(id, language.value)}
              {dominant && <span class="tag">{t('air-water.dominant')}</span>}
            </dt>
            <dd>
              <span class="aw-track" aria-hidden="true">
                <span
                  class="aw-fill"
                  style={{
                    width: `${(100 * index) / longest}%`,
                    background: stepOf(scale, Math.round(index))?.colour ?? '',
                  }}
                />
              </span>
              <span class="aw-index">{Math.round(index)}</span>
              <Category value={Math.round(index)} scale={scale} />
            </dd>
          </div>
        ))}
      </dl>
      {value.groups && (
        <p class="aw-footnote">{t('air-water.groups', { groups: value.groups.join(', ') })}</p>
      )}
    </section>
  );
}

function Inputs({ answer, value }: { answer: DerivedAnswer; value: DerivedValueAnswer }) {
  const rows = inputsOf(answer, value);
  if (rows.length === 0) return null;
  return (
    <section class="aw-block">
      <h4>{t('air-water.inputs')}</h4>
      <div class="table-box">
        <table class="table aw-table">
          <thead>
            <tr>
              <th scope="col">{t('air-water.quantity')}</th>
              <th scope="col" class="number">
                {t('air-water.value')}
              </th>
              <th scope="col" class="number">
                {t('air-water.complete')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.parameter}>
                <th scope="row">{row.name[language.value]}</th>
                <td class="number">
                  {row.value === null ? t('air-water.noneIn') : valueText(row.value, row.parameter, row.unit)}
                </td>
                <td class="number">{completenessText(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function completenessText(row: {
  readonly have?: number | undefined;
  readonly of?: number | undefined;
}): string {
  const share = completenessOf(row);
  return share === null ? '–' : t('air-water.haveOf', { have: row.have ?? 0, of: row.of ?? 0, share });
}

function Means({ answer }: { answer: DerivedAnswer }) {
  const rows = meansOf(answer);
  if (rows.length === 0) return null;
  return (
    <section class="aw-block">
      <h4>{t('air-water.means')}, µg/m³</h4>
      <div class="table-box">
        <table class="table aw-table">
          <thead>
            <tr>
              <th scope="col">{t('air-water.mean')}</th>
              <th scope="col" class="number">
                {t('air-water.value')}
              </th>
              <th scope="col" class="number">
                {t('air-water.limit')}
              </th>
              <th scope="col">{t('air-water.judged')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ parameter, value, limit, note }) => (
              <tr key={parameter}>
                <th scope="row">{pollutantName(parameter, language.value)}</th>
                <td class="number">
                  {value === null ? '–' : formatNumber(value, parameter, language.value)}
                </td>
                <td class="number">{limit ? formatNumber(limit.value, 'co_1h', language.value) : '–'}</td>
                <td>{limit ? <Judged exceeded={limit.exceeded} /> : note ? local(note) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function Judged({ exceeded }: { exceeded: boolean }) {
  return exceeded ? (
    <span class="level level-warning">
      <Icon name="warning" size={14} weight={2.4} />
      {t('air-water.exceeds')}
    </span>
  ) : (
    <span class="tag tag-flag-1">
      <Icon name="ok" size={14} />
      {t('air-water.keeps')}
    </span>
  );
}

function Method({ value }: { value: DerivedValueAnswer }) {
  const { name, source } = methodText(value.method);
  return (
    <section class="aw-block">
      <h4>{t('air-water.method')}</h4>
      <p>{name}</p>
      {source !== null && <p class="aw-footnote">{source}</p>}
      <p class="aw-footnote">
        {t('air-water.derivedAt', { at: formatExact(value.derived_at, language.value) })}
      </p>
    </section>
  );
}
