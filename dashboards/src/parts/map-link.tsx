/** The way to a place: into the map of a phone, or copied for a message, a handset, another map. */
import { useSignal } from '@preact/signals';
import type { Place } from '../../../devices/distance.ts';
import { t } from '../i18n.ts';
import { decimalPlace, mapHref } from '../place-text.ts';
import { Icon } from './icon.tsx';

interface MapLinkProps {
  readonly place: Place;
  /** Of what stands there. */
  readonly name: string;
}

export function MapLink({ place, name }: MapLinkProps) {
  return (
    <div class="map-link">
      <a class="button map-link-open" href={mapHref(place, navigator.userAgent)}>
        <Icon name="map" size={16} />
        {t('place.openMap')}
        <span class="unseen">: {name}</span>
      </a>
      {/* Absent where the page is not served securely. */}
      {'clipboard' in navigator && <Copy place={place} name={name} />}
    </div>
  );
}

function Copy({ place, name }: MapLinkProps) {
  const state = useSignal<'idle' | 'copied' | 'failed'>('idle');
  const copy = (): void => {
    navigator.clipboard.writeText(decimalPlace(place)).then(
      () => (state.value = 'copied'),
      () => (state.value = 'failed'),
    );
  };
  return (
    <>
      <button type="button" class="button" onClick={copy}>
        <Icon name={state.value === 'copied' ? 'check' : 'copy'} size={16} />
        {t('place.copy')}
        <span class="unseen">: {name}</span>
      </button>
      <span class={state.value === 'failed' ? 'text-warning' : 'quiet-text'} role="status">
        {state.value === 'copied' && t('place.copied')}
        {state.value === 'failed' && t('place.copyFailed')}
      </span>
    </>
  );
}
