/** The limits of one station: as sentences, who set them, whether the edge goes by them, and what they were before. */
import { useSignal } from '@preact/signals';
import type { StationAnswer, StationLimitsAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatMoment, parameterName } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice, Origin } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose, hrefOf } from '../../route.ts';
import { type Asked, useAnswer } from '../../use-answer.ts';
import { type Limit, limitsOf } from './calls.ts';
import { keyOf } from './draft.ts';
import { History } from './history.tsx';
import { LimitCard } from './limit-card.tsx';
import { maySet } from './may-set.ts';
import { SaveLimits } from './save-limits.tsx';
import { limitSentences } from './sentence.ts';

/** Until the edge has taken a change over. */
const EVERY_MS = 10_000;

export function StationLimits({ station, saved }: { station: StationAnswer; saved: boolean }) {
  const asked = useAnswer((signal) => limitsOf(station.id, signal), [station.id], EVERY_MS);
  return (
    <Page
      title={local(station.name)}
      lead={
        <a class="up-link" href={hrefOf('limits')}>
          <Icon name="back" size={16} />
          {t('limits.all')}
        </a>
      }
      tools={
        <>
          <a class="button" href={hrefOf('station', [station.id])}>
            {t('limits.station')}
          </a>
          {maySet() && (
            <a class="button button-strong" href={hrefOf('limits', [station.id, 'new'])}>
              <Icon name="plus" size={16} />
              {t('limits.add')}
            </a>
          )}
        </>
      }
    >
      {saved && (
        <p class="saved-note" role="status">
          <Icon name="check" size={16} />
          {t('limits.saved')}
        </p>
      )}
      <Origin origin={station.origin} />
      <Shown asked={asked}>{(answer) => <Limits station={station} answer={answer} asked={asked} />}</Shown>
    </Page>
  );
}

interface LimitsProps {
  readonly station: StationAnswer;
  readonly answer: StationLimitsAnswer;
  readonly asked: Asked<StationLimitsAnswer>;
}

function Limits({ station, answer, asked }: LimitsProps) {
  const removing = useSignal<Limit | null>(null);
  const groups = Map.groupBy(answer.limits, ({ parameter }) => parameter);
  const done = (): void => {
    removing.value = null;
    choose({ saved: '1' });
    asked.again();
  };
  return (
    <>
      <InForce answer={answer} />
      {answer.limits.length === 0 ? (
        <Notice icon="limits" title={t('limits.none')} text={t('limits.noneText')} />
      ) : (
        [...groups].map(([parameter, limits]) => (
          <section key={parameter} class="section">
            <header class="section-head">
              <h3>{parameterName(parameter, language.value)}</h3>
            </header>
            <ul class="limit-list">
              {limits.map((limit) => (
                <LimitCard
                  key={keyOf(limit)}
                  station={station}
                  limit={limit}
                  source={answer.sources[keyOf(limit)] ?? 'operator'}
                  remove={() => {
                    removing.value = limit;
                  }}
                />
              ))}
            </ul>
          </section>
        ))
      )}
      {!maySet() && <p class="quiet-text viewer-hint">{t('limits.viewerText')}</p>}
      <History station={station} answer={answer} done={done} />
      {removing.value !== null && (
        <Dialog
          title={t('limits.remove')}
          close={() => {
            removing.value = null;
          }}
        >
          <p class="dialog-text">{limitSentences(removing.value).raises}</p>
          <p class="dialog-text quiet-text">{t('limits.removeText')}</p>
          <SaveLimits
            station={station}
            began={answer}
            limit={null}
            limitKey={keyOf(removing.value)}
            ready
            why={null}
            saved={done}
            label={t('limits.remove')}
          />
        </Dialog>
      )}
    </>
  );
}

/** Which version is in force, and whether the edge steps it. */
function InForce({ answer }: { answer: StationLimitsAnswer }) {
  const { version, at, by, reason, edge } = answer;
  return (
    <div class="in-force card">
      <div>
        <p class="in-force-title">
          {version === 0 ? t('limits.version.file') : t('limits.version.n', { n: version })}
        </p>
        <p class="quiet-text" dir="auto">
          {at === null || by === null
            ? t('limits.version.fileText', { edge: edge.name })
            : t('limits.version.by', { who: by, time: formatMoment(at, now.peek(), language.value) })}
        </p>
        {reason !== null && (
          <blockquote class="reason-quote" dir="auto">
            {reason}
          </blockquote>
        )}
      </div>
      <p class={edge.taken_over ? 'taken-over is-taken' : 'taken-over'}>
        <Icon name={edge.taken_over ? 'ok' : 'clock'} size={18} />
        <span>
          <strong>{t(edge.taken_over ? 'limits.edge.taken' : 'limits.edge.waiting')}</strong>
          <span dir="auto">
            {edge.taken_over
              ? t('limits.edge.takenText', { edge: edge.name })
              : t(edge.version === 0 ? 'limits.edge.stillFile' : 'limits.edge.still', {
                  edge: edge.name,
                  n: edge.version,
                })}
          </span>
        </span>
      </p>
    </div>
  );
}
