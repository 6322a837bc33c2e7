/** Vietnamese or English, each named in its own language. */
import type { Language } from '../../../devices/parameter.ts';
import { chooseLanguage, language, t } from '../i18n.ts';

const NAMES: ReadonlyArray<readonly [Language, string, string]> = [
  ['vi', 'VI', 'Tiếng Việt'],
  ['en', 'EN', 'English'],
];

export function LanguageSwitch() {
  return (
    <fieldset class="switch" aria-label={t('app.language')}>
      {NAMES.map(([id, short, name]) => (
        <button
          key={id}
          type="button"
          lang={id}
          title={name}
          aria-label={`${short}: ${name}`}
          aria-pressed={language.value === id}
          onClick={() => void chooseLanguage(id)}
        >
          {short}
        </button>
      ))}
    </fieldset>
  );
}
