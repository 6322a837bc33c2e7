/** The small sheet that sets a wall up: each choice is written into the address, which is then the wall's. */
import { useId } from 'preact/hooks';
import { now } from '../../clock.ts';
import { formatMoment, parameterName } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { choose } from '../../route.ts';
import { access, stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { ownSessions } from '../profile/calls.ts';
import { AT_ONCE, EVERY_S, PANELS, type PanelId, toQuery, type WallChoice } from './choice.ts';

export function Setup({ choice, close }: { choice: WallChoice; close: () => void }) {
  const title = useId();
  const set = (changes: Partial<WallChoice>): void => choose(toQuery({ ...choice, ...changes }));
  const toggle = (id: PanelId): void => {
    const panels = choice.panels.includes(id)
      ? choice.panels.filter((panel) => panel !== id)
      : [...choice.panels, id];
    // The last one stays: a wall shows something.
    if (panels.length > 0) set({ panels });
  };
  return (
    <section class="wall-setup" aria-labelledby={title}>
      <header>
        <h2 id={title}>{t('wall.setup')}</h2>
        <button type="button" class="button-icon" aria-label={t('app.close')} onClick={close}>
          <Icon name="close" size={20} />
        </button>
      </header>
      <div class="form">
        <fieldset class="wall-choices">
          <legend>{t('wall.panels')}</legend>
          {PANELS.map((id) => {
            const place = choice.panels.indexOf(id);
            return (
              <label key={id}>
                <input type="checkbox" checked={place >= 0} onChange={() => toggle(id)} />
                {t(`wall.panel.${id}`)}
                {place >= 0 && <span class="count">{place + 1}</span>}
              </label>
            );
          })}
        </fieldset>
        {choice.panels.includes('chart') && <ChartChoice choice={choice} set={set} />}
        <div class="wall-setup-row">
          <span>{t('wall.atOnce')}</span>
          <Choice
            label={t('wall.atOnce')}
            options={AT_ONCE.map((count) => ({ value: String(count), name: count }))}
            value={String(choice.at)}
            choose={(value) => set({ at: AT_ONCE.find((count) => String(count) === value) ?? choice.at })}
          />
        </div>
        <div class="wall-setup-row">
          <span>{t('wall.every')}</span>
          <Choice
            label={t('wall.every')}
            options={[0, ...EVERY_S].map((seconds) => ({
              value: String(seconds),
              name: seconds === 0 ? t('wall.fixed') : t('wall.seconds', { n: seconds }),
            }))}
            value={String(choice.every)}
            choose={(value) => set({ every: Number(value) })}
          />
        </div>
        <Field label={t('wall.name')} hint={t('wall.nameHint')}>
          {(attributes) => (
            <input
              {...attributes}
              value={choice.name}
              maxLength={120}
              dir="auto"
              onChange={(event) => set({ name: event.currentTarget.value.trim() })}
            />
          )}
        </Field>
        <Login />
        <p class="field-hint">{t('wall.addressHint')}</p>
      </div>
    </section>
  );
}

interface ChartChoiceProps {
  readonly choice: WallChoice;
  readonly set: (changes: Partial<WallChoice>) => void;
}

function ChartChoice({ choice, set }: ChartChoiceProps) {
  const all = [...stations.value.values()].sort((one, other) =>
    local(one.name).localeCompare(local(other.name)),
  );
  const station = stations.value.get(choice.station) ?? stations.value.values().next().value;
  return (
    <div class="form-row">
      <Field label={t('wall.station')}>
        {(attributes) => (
          <select
            {...attributes}
            value={station?.id ?? ''}
            onChange={(event) => set({ station: event.currentTarget.value, parameter: '' })}
          >
            {all.map(({ id, name }) => (
              <option key={id} value={id}>
                {local(name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('wall.parameter')}>
        {(attributes) => (
          <select
            {...attributes}
            value={choice.parameter}
            onChange={(event) => set({ station: station?.id ?? '', parameter: event.currentTarget.value })}
          >
            <option value="">{t('wall.usual')}</option>
            {station?.parameters.map(({ id }) => (
              <option key={id} value={id}>
                {parameterName(id, language.value)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

/** A wall that nobody touches is logged out when its login ends: said to whoever sets it up. */
function Login() {
  const asked = useAnswer((signal) => ownSessions(signal), []);
  const answer = asked.answer.value;
  const session = access.value.kind === 'in' ? access.value.session : null;
  const own = answer.kind === 'ready' ? answer.value.find(({ current }) => current) : undefined;
  if (session === null || own === undefined) return null;
  const until = formatMoment(own.expires_at, now.value, language.value);
  return (
    <p class={session.role === 'viewer' ? 'wall-login' : 'wall-login wall-login-short'}>
      <Icon name={session.role === 'viewer' ? 'ok' : 'warning'} size={18} />
      <span>{t(session.role === 'viewer' ? 'wall.login' : 'wall.loginShort', { time: until })}</span>
    </p>
  );
}
