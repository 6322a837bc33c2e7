/** What an edge runs: its versions, what each changed, the difference as text, setting another one. */
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import type { ConfigVersion, EdgeConfigAnswer } from '../../../../devices/wire/fleet-config.ts';
import { now } from '../../clock.ts';
import { formatExact, formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose, hrefOf, type Query } from '../../route.ts';
import { type Asked, useAnswer } from '../../use-answer.ts';
import { configOf } from './calls.ts';
import { ConfigPush } from './config-push.tsx';
import { ConfigVersionShown } from './config-version.tsx';
import { mayPush } from './may-push.ts';
import { RolloutShown } from './rollout.tsx';

const EVERY_MS = 15_000;

export function Config({ edge, query }: { edge: EdgeDetail; query: Query }) {
  const asked = useAnswer((signal) => configOf(edge.name, signal), [edge.name], EVERY_MS);
  return (
    <Shown asked={asked} lines={8}>
      {(answer) => <ConfigShown edge={edge} answer={answer} asked={asked} query={query} />}
    </Shown>
  );
}

interface ConfigShownProps {
  readonly edge: EdgeDetail;
  readonly answer: EdgeConfigAnswer;
  readonly asked: Asked<EdgeConfigAnswer>;
  readonly query: Query;
}

function ConfigShown({ edge, answer, asked, query }: ConfigShownProps) {
  const { running, wanted, versions } = answer;
  const rollout = Number(query.rollout ?? '');
  const chosen = versions.find(({ version }) => String(version) === query.version);
  const begun = (id: number): void => {
    choose({ rollout: String(id), edit: '', version: '' });
    asked.again();
  };
  return (
    <>
      {Number.isInteger(rollout) && rollout > 0 && <RolloutShown id={rollout} ended={asked.again} />}
      {running === null ? (
        <Notice icon="fleet" title={t('fleet.config.unknown')} text={t('fleet.config.unknownText')} />
      ) : (
        <div class="card config-now">
          <div>
            <p class="config-title">
              {t('fleet.config.runs', { n: running.version })}
              {running.local && (
                <span class="level level-warning">
                  <Icon name="edit" size={14} />
                  {t('fleet.config.local')}
                </span>
              )}
            </p>
            <p class="quiet-text">
              {t('fleet.config.since', { time: formatMoment(running.at, now.peek(), language.value) })}
              {running.local && ` · ${t('fleet.config.localText')}`}
            </p>
          </div>
          {mayPush() && query.edit !== '1' && (
            <button type="button" class="button" onClick={() => choose({ edit: '1', version: '' })}>
              <Icon name="edit" size={16} />
              {t('fleet.config.edit')}
            </button>
          )}
        </div>
      )}
      {wanted !== null && <Wanted wanted={wanted} />}
      {!mayPush() && <p class="quiet-text config-hint">{t('fleet.config.adminsOnly')}</p>}
      {query.edit === '1' && mayPush() && running !== null && (
        <ConfigPush edge={edge.name} text={running.text} begun={begun} cancel={() => choose({ edit: '' })} />
      )}
      {running !== null && query.edit !== '1' && chosen === undefined && (
        <details class="card config-text">
          <summary>{t('fleet.config.text')}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
          <pre tabIndex={0}>{running.text}</pre>
        </details>
      )}
      {versions.length > 0 && (
        <section class="section">
          <header class="section-head">
            <h3>{t('fleet.config.versions')}</h3>
          </header>
          <ul class="config-versions">
            {versions.map((version) => (
              <VersionRow
                key={version.version}
                edge={edge.name}
                version={version}
                runs={running?.version === version.version}
                isOpen={chosen?.version === version.version}
              />
            ))}
          </ul>
        </section>
      )}
      {chosen !== undefined && (
        <ConfigVersionShown
          key={chosen.version}
          edge={edge.name}
          version={chosen.version}
          running={running}
          begun={begun}
        />
      )}
    </>
  );
}

const STATE_ICONS: Readonly<Record<ConfigVersion['state'], IconName>> = {
  wanted: 'clock',
  trial: 'new',
  kept: 'ok',
  refused: 'fail',
  taken_back: 'replay',
  expired: 'clock_off',
  withdrawn: 'minus',
};

const isBad = (state: ConfigVersion['state']): boolean =>
  ['refused', 'taken_back', 'expired'].includes(state);

export function ConfigState({ state }: { state: ConfigVersion['state'] }) {
  return (
    <span class={isBad(state) ? 'level level-warning' : state === 'kept' ? 'tag tag-good' : 'tag'}>
      <Icon name={STATE_ICONS[state]} size={14} weight={2.2} />
      {t(`fleet.config.state.${state}`)}
    </span>
  );
}

function Wanted({ wanted }: { wanted: ConfigVersion }) {
  return (
    <p class="card config-wanted" role="status">
      <ConfigState state={wanted.state} />
      <span>
        {t('fleet.config.waits', { n: wanted.version, who: wanted.by })}
        {wanted.reason !== null && (
          <span class="quiet-text" dir="auto">
            {wanted.reason}
          </span>
        )}
      </span>
    </p>
  );
}

interface VersionRowProps {
  readonly edge: string;
  readonly version: ConfigVersion;
  readonly runs: boolean;
  readonly isOpen: boolean;
}

function VersionRow({
  edge,
  version: { version, at, by, source, state, reason },
  runs,
  isOpen,
}: VersionRowProps) {
  const query = { part: 'config', version: isOpen ? '' : String(version) };
  return (
    <li>
      <a
        class={isOpen ? 'config-version is-open' : 'config-version'}
        href={hrefOf('fleet', [edge], query)}
        aria-expanded={isOpen}
      >
        <strong>{t('fleet.config.n', { n: version })}</strong>
        <span class="config-version-tags">
          <ConfigState state={state} />
          {runs && <span class="tag tag-current">{t('fleet.config.running')}</span>}
          {source === 'edge' && <span class="tag">{t('fleet.config.fromEdge')}</span>}
        </span>
        <span class="quiet-text config-version-by">
          <span dir="auto">{by}</span>
          <time dateTime={new Date(at).toISOString()} title={formatExact(at, language.value)}>
            {formatMoment(at, now.peek(), language.value)}
          </time>
        </span>
        {reason !== null && (
          <span class="config-version-reason" dir="auto">
            {reason}
          </span>
        )}
        <Icon name="next" size={16} />
      </a>
    </li>
  );
}
