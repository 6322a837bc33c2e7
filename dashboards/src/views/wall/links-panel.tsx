/** The boxes in the field and their lines: who is there, who is not, and how new what comes from them is. */
import { computed } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { alertList, readingsOf, stateOf, stations } from '../../state.ts';
import { FitList } from './fit-list.tsx';
import { type EdgeLink, edgeLinks, linkState } from './links.ts';
import { Panel } from './panel.tsx';

const edges = computed(() =>
  edgeLinks(
    [...stations.value.values()].map((station) => ({
      station,
      state: stateOf(station.id).value,
      readings: readingsOf(station.id).value,
    })),
    alertList.value,
  ),
);

const ICONS = { away: 'silent', partly: 'doubtful', well: 'ok' } as const;

export function LinksPanel() {
  const all = edges.value;
  const well = all.filter((edge) => linkState(edge) === 'well').length;
  const flows = alertList.value.find(({ about }) => about?.kind === 'flows');
  return (
    <Panel name="links" title={t('wall.links')} note={t('wall.linksNote', { n: well, all: all.length })}>
      {flows !== undefined && (
        <p class="wall-flows">
          <Icon name="warning" />
          <span>{t('wall.flowsAway')}</span>
          <Age at={flows.opened_at} />
        </p>
      )}
      {all.length === 0 ? (
        <Notice icon="fleet" title={t('station.empty')} text={t('station.emptyText')} />
      ) : (
        <FitList items={all} keyOf={({ name }) => name} label={t('wall.links')}>
          {(edge) => <Row edge={edge} />}
        </FitList>
      )}
    </Panel>
  );
}

function Row({ edge }: { edge: EdgeLink }) {
  const state = linkState(edge);
  return (
    <div class={`wall-link wall-link-${state}`}>
      <Icon name={ICONS[state]} weight={2.4} />
      <p>
        <bdi title={edge.name}>{edge.name}</bdi>
        <span>
          <strong class="wall-link-said">{t(`wall.link.${state}`)}</strong>
          {' · '}
          {t('wall.liveOf', { n: edge.stations - edge.silent, all: edge.stations })}
        </span>
      </p>
      <span class="wall-link-age">{edge.newestAt === null ? t('age.none') : <Age at={edge.newestAt} />}</span>
    </div>
  );
}
