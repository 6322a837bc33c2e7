/** What this is and whose work it stands on: the credits that its data asks for. */
import { local, t } from '../i18n.ts';
import { Icon } from '../parts/icon.tsx';
import { stations } from '../state.ts';

export const ABOUT_ID = 'about';

export function About() {
  const replayed = [...stations.value.values()].filter(({ origin }) => origin !== undefined);
  return (
    <div id={ABOUT_ID} class="about" popover="auto" role="dialog" aria-labelledby="about-title">
      <div class="about-head">
        <h2 id="about-title">{t('about.title')}</h2>
        <button
          type="button"
          class="button-icon"
          popovertarget={ABOUT_ID}
          popovertargetaction="hide"
          aria-label={t('app.close')}
        >
          <Icon name="close" size={20} />
        </button>
      </div>
      <p>{t('about.text')}</p>
      <h3>{t('about.map')}</h3>
      <dl>
        <dt>{t('about.borders')}</dt>
        <dd>geoBoundaries, www.geoboundaries.org, Runfola et al. 2020 (CC BY 4.0)</dd>
        <dt>{t('about.places')}</dt>
        <dd>GeoNames, www.geonames.org (CC BY 4.0)</dd>
        <dt>{t('about.water')}</dt>
        <dd>Natural Earth, www.naturalearthdata.com ({t('about.publicDomain')})</dd>
      </dl>
      <p class="about-note">{t('about.mapText')}</p>
      {replayed.length > 0 && (
        <>
          <h3>{t('about.series')}</h3>
          <p>{t('about.seriesText')}</p>
          <dl>
            {replayed.map(({ id, name, origin }) => (
              <div key={id}>
                <dt>{local(name)}</dt>
                <dd>{origin && local(origin)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <h3>{t('about.software')}</h3>
      <p>
        Be Vietnam Pro (SIL OFL 1.1), Leaflet (BSD-2-Clause), uPlot, Preact (MIT).{' '}
        <a href="/licenses.md" target="_blank" rel="noopener">
          licenses.md
        </a>
      </p>
    </div>
  );
}
