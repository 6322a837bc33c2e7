/** All edges, the one that needs a hand first. */
import type { EdgeAnswer } from '../../../../devices/wire/edges.ts';
import { language, local, t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose, hrefOf } from '../../route.ts';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { edges } from './calls.ts';
import { hasTold, isFound, levelOf, problemsOf, worstFirst } from './edge-state.ts';
import { type Measure, measureText } from './figures.ts';
import { OnlineMark, ProblemTags } from './problem-tags.tsx';

const EVERY_MS = 10_000;
const MEASURES: readonly Measure[] = [
  'outbox_hours',
  'busy',
  'disk_free_mb',
  'memory_free_mb',
  'temperature',
];

export function Edges({ search }: { search: string }) {
  const asked = useAnswer(edges, [], EVERY_MS);
  return (
    <Shown asked={asked} lines={6}>
      {(all) =>
        all.length === 0 ? (
          <Notice icon="fleet" title={t('fleet.none')} text={t('fleet.noneText')} />
        ) : (
          <List all={all} search={search} />
        )
      }
    </Shown>
  );
}

function List({ all, search }: { all: readonly EdgeAnswer[]; search: string }) {
  const found = worstFirst(all).filter((edge) => isFound(edge, search, nameOf));
  const wrong = all.filter((edge) => levelOf(problemsOf(edge)) !== null).length;
  return (
    <>
      <div class="row-head">
        <p class="page-lead">
          {t('fleet.count', { n: all.length })}
          {' · '}
          {wrong === 0 ? t('fleet.allWell') : t('fleet.needHand', { n: wrong })}
        </p>
        {(all.length > 5 || search !== '') && (
          <label class="find">
            <Icon name="search" size={16} />
            <span class="unseen">{t('fleet.search')}</span>
            <input
              type="search"
              placeholder={t('fleet.search')}
              value={search}
              maxLength={100}
              onInput={(event) => choose({ search: event.currentTarget.value })}
            />
          </label>
        )}
      </div>
      {found.length === 0 && <Notice icon="search" title={t('fleet.noneFound')} />}
      <ul class="edge-list">
        {found.map((edge) => (
          <EdgeRow key={edge.name} edge={edge} />
        ))}
      </ul>
    </>
  );
}

const nameOf = (station: string): string => {
  const known = stations.value.get(station);
  return known ? local(known.name) : station;
};

function EdgeRow({ edge }: { edge: EdgeAnswer }) {
  const { name, at, versions } = edge;
  const problems = problemsOf(edge);
  const order = new Intl.Collator(language.value, { numeric: true });
  const own = edge.stations.map(nameOf).sort(order.compare);
  const version = versions?.quantrac ?? null;
  return (
    <li>
      <a class={`card edge-row edge-level-${levelOf(problems) ?? 'ok'}`} href={hrefOf('fleet', [name])}>
        <span class="edge-who">
          <strong>{name}</strong>
          <span class="edge-stations" title={own.join('; ')} dir="auto">
            {own.length === 0 ? t('fleet.noStation') : own.join(', ')}
          </span>
        </span>
        <span class="edge-state">
          <OnlineMark edge={edge} />
          <ProblemTags problems={problems} />
        </span>
        <span class={edge.online ? 'edge-figures' : 'edge-figures is-past'}>
          {hasTold(edge) ? (
            <>
              {MEASURES.map((measure) => (
                <span key={measure} class="edge-figure">
                  <span class="edge-figure-name">{t(`fleet.measure.${measure}`)}</span>
                  <span class="edge-figure-value">{measureText(edge, measure)}</span>
                </span>
              ))}
              <span class="edge-figure">
                <span class="edge-figure-name">{t('fleet.clock')}</span>
                <span class="edge-figure-value">
                  {edge.clock_trusted === null
                    ? t('fleet.untold')
                    : t(edge.clock_trusted ? 'fleet.clock.trusted' : 'fleet.clock.untrusted')}
                </span>
              </span>
            </>
          ) : (
            <span class="quiet-text">{t('fleet.neverTold')}</span>
          )}
        </span>
        <span class="edge-version">
          {version !== null && (
            <span class="edge-clip" title={version} dir="auto">
              {version}
            </span>
          )}
          <span class="quiet-text">
            {t('fleet.lastWord')} <Age at={at} />
          </span>
        </span>
        <Icon name="next" size={16} />
      </a>
    </li>
  );
}
