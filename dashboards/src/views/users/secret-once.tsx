/** A secret that is told once: to be copied now, since nobody can see it again. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';

interface SecretOnceProps {
  readonly label: string;
  readonly secret: string;
  /** What it is for and how it is used. */
  readonly text: string;
  readonly done: () => void;
}

export function SecretOnce({ label, secret, text, done }: SecretOnceProps) {
  const input = useRef<HTMLInputElement>(null);
  const state = useSignal<'idle' | 'copied' | 'failed'>('idle');
  const copy = async (): Promise<void> => {
    input.current?.select();
    try {
      // Absent where the page is not served securely: it is selected then, to be copied by hand.
      await navigator.clipboard.writeText(secret);
      state.value = 'copied';
    } catch {
      state.value = 'failed';
    }
  };
  return (
    <div class="form secret-once">
      <p class="secret-once-warning">
        <Icon name="warning" size={18} />
        <span>{t('users.once')}</span>
      </p>
      <Field label={label} hint={text}>
        {(attributes) => (
          <input
            {...attributes}
            ref={input}
            class="secret"
            value={secret}
            readOnly
            spellcheck={false}
            onFocus={(event) => event.currentTarget.select()}
          />
        )}
      </Field>
      <div class="form-actions">
        <span class="secret-said" role="status">
          {state.value === 'copied' && t('users.copied')}
          {state.value === 'failed' && t('users.copyFailed')}
        </span>
        <button type="button" class="button" onClick={() => void copy()}>
          <Icon name={state.value === 'copied' ? 'check' : 'list'} size={16} />
          {t('users.copy')}
        </button>
        <button type="button" class="button button-strong" onClick={done}>
          {t('users.kept')}
        </button>
      </div>
    </div>
  );
}
