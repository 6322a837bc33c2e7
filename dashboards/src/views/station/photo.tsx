/** The photograph of the station; a technician sets it from his phone's camera or a file. */
import { useSignal } from '@preact/signals';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { PhotoFacts } from '../../../../devices/wire/station.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { AskFirst } from '../../parts/ask-first.tsx';
import { reaches } from '../../rights.ts';
import { access } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { photoAt, photoOf, removePhoto, setPhoto } from './calls.ts';
import { smallPhoto } from './photo-file.ts';

const maySet = (): boolean => access.value.kind === 'in' && reaches(access.value.session.role, 'technician');

export function Photo({ station }: { station: StationAnswer }) {
  const asked = useAnswer((signal) => photoOf(station.id, signal), [station.id]);
  const answer = asked.answer.value;
  // What is said of a call that failed stands beside the instruments already.
  if (answer.kind !== 'ready') return null;
  const { photo } = answer.value;
  if (photo === null && !maySet()) return null;
  return (
    <figure class="photo">
      {photo && (
        <>
          <img
            src={photoAt(station.id, photo.version)}
            alt={t('station.photoOf', { station: local(station.name) })}
          />
          <figcaption>
            {t('station.photoBy', { who: photo.by, at: formatMoment(photo.at, now.peek(), language.value) })}
          </figcaption>
        </>
      )}
      {maySet() && <Setting station={station.id} photo={photo} changed={asked.again} />}
    </figure>
  );
}

interface SettingProps {
  readonly station: string;
  readonly photo: PhotoFacts | null;
  readonly changed: () => void;
}

function Setting({ station, photo, changed }: SettingProps) {
  const { busy, fault, send } = useSend();
  const unreadable = useSignal(false);
  const asking = useSignal(false);
  const chosen = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    // The same file again is a choice, too.
    input.value = '';
    if (!file) return;
    const small = await smallPhoto(file);
    unreadable.value = small === null;
    if (small && (await send(() => setPhoto(station, small)))) changed();
  };
  return (
    <>
      {(fault.value !== null || unreadable.value) && (
        <p class="form-fault" role="alert">
          {fault.value ?? t('station.photoUnreadable')}
        </p>
      )}
      <div class="photo-tools">
        <label class="button" aria-disabled={busy.value}>
          {t(busy.value ? 'send.busy' : photo ? 'station.photoReplace' : 'station.photoAdd')}
          <input
            class="unseen"
            type="file"
            accept="image/*"
            disabled={busy.value}
            onChange={({ currentTarget }) => void chosen(currentTarget)}
          />
        </label>
        {photo && (
          <button type="button" class="button" onClick={() => (asking.value = true)}>
            {t('station.photoRemove')}
          </button>
        )}
      </div>
      {asking.value && (
        <AskFirst
          title={t('station.photoRemove')}
          text={t('station.photoRemoveText')}
          action={t('station.photoRemove')}
          work={() => removePhoto(station)}
          done={() => {
            asking.value = false;
            changed();
          }}
          close={() => (asking.value = false)}
        />
      )}
    </>
  );
}
