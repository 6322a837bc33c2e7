/** Which station: all of them, by area, to be found by a part of the name. */
import { useSignal } from '@preact/signals';
import { local, t } from '../../i18n.ts';
import { Notice, Skeleton } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { StationMark } from '../../parts/station-mark.tsx';
import { hrefOf } from '../../route.ts';
import { loaded, stations } from '../../state.ts';
import { found } from './found.ts';

/** Whoever has more types a part of the name. */
const MOST = 300;

export function StationChoice() {
  const words = useSignal('');
  const all = [...stations.value.values()];
  const fitting = found(all, words.value, local);
  const areas = Map.groupBy(fitting.slice(0, MOST), ({ area }) => local(area));
  return (
    <Page
      title={t('station.list')}
      tools={
        <label class="station-pick">
          <span>{t('app.search')}</span>
          <input
            type="search"
            value={words.value}
            onInput={(event) => {
              words.value = event.currentTarget.value;
            }}
          />
        </label>
      }
    >
      {all.length === 0 && loaded.value !== 'ready' && <Skeleton lines={8} />}
      {all.length === 0 && loaded.value === 'ready' && (
        <Notice icon="map" title={t('station.empty')} text={t('station.emptyText')} />
      )}
      {all.length > 0 && fitting.length === 0 && <Notice icon="search" title={t('station.noneFits')} />}
      {[...areas].map(([area, own]) => (
        <section key={area} class="section">
          <div class="section-head">
            <h3 dir="auto">{area}</h3>
          </div>
          <ul class="station-links">
            {own.map(({ id, kind, name }) => (
              <li key={id}>
                <a href={hrefOf('station', [id])} title={local(name)}>
                  <StationMark id={id} kind={kind} size={28} />
                  <span dir="auto">{local(name)}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}
