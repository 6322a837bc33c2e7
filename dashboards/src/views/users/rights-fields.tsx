/** Role and areas: what somebody may do, and where. */
import type { Role } from '../../../../devices/wire/api.ts';
import { local, t } from '../../i18n.ts';
import { areas as known } from '../../parts/area-choice.tsx';
import { Field } from '../../parts/field.tsx';
import { reaches } from '../../rights.ts';

export interface Rights {
  readonly role: Role;
  /** Vietnamese names; null: all. */
  readonly areas: readonly string[] | null;
}

const ROLES: readonly Role[] = ['viewer', 'operator', 'technician', 'admin'];

interface RightsFieldsProps {
  readonly value: Rights;
  /** No more than that can be chosen. */
  readonly most?: Rights;
  readonly change: (value: Rights) => void;
}

export function RightsFields({ value, most = { role: 'admin', areas: null }, change }: RightsFieldsProps) {
  const choose = (role: Role): void =>
    // An admin changes what holds everywhere, so that areas would be a trap: the gateway refuses them.
    change({ role, areas: role === 'admin' ? null : value.areas });
  return (
    <>
      <Field label={t('users.role')} hint={t(`users.may.${value.role}`)}>
        {(attributes) => (
          <select
            {...attributes}
            value={value.role}
            onChange={(event) =>
              choose(ROLES.find((role) => role === event.currentTarget.value) ?? value.role)
            }
          >
            {ROLES.filter((role) => reaches(most.role, role)).map((role) => (
              <option key={role} value={role}>
                {t(`role.${role}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {value.role === 'admin' ? (
        <p class="field-hint">{t('users.adminAreas')}</p>
      ) : (
        <Areas value={value} most={most} change={change} />
      )}
    </>
  );
}

function Areas({ value, most, change }: Required<RightsFieldsProps>) {
  const named = new Map(known.value.map((area) => [area.vi, local(area)]));
  // Those whose stations are gone stay until somebody takes them away.
  const offered = most.areas ?? [...new Set([...named.keys(), ...(value.areas ?? [])])];
  const chosen = value.areas;
  const set = (area: string, on: boolean): void =>
    change({
      ...value,
      areas: on ? [...(chosen ?? []), area] : (chosen ?? []).filter((one) => one !== area),
    });
  return (
    <fieldset class="check-group">
      <legend>{t('users.areas')}</legend>
      {most.areas === null && (
        <label class="check">
          <input
            type="checkbox"
            checked={chosen === null}
            onChange={(event) => change({ ...value, areas: event.currentTarget.checked ? null : [] })}
          />
          {t('users.allAreas')}
        </label>
      )}
      {chosen !== null &&
        offered.map((area) => (
          <label key={area} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(area)}
              onChange={(event) => set(area, event.currentTarget.checked)}
            />
            <bdi>{named.get(area) ?? area}</bdi>
          </label>
        ))}
      {chosen !== null && offered.length === 0 && <p class="field-hint">{t('users.noAreas')}</p>}
      {chosen?.length === 0 && <p class="field-fault">{t('users.someArea')}</p>}
    </fieldset>
  );
}

/** A choice that could be sent. */
export const isWhole = ({ areas }: Rights): boolean => areas === null || areas.length > 0;

export const areaText = (areas: readonly string[] | null): string => {
  if (areas === null) return t('users.allAreas');
  const named = new Map(known.value.map((area) => [area.vi, local(area)]));
  return areas.map((area) => named.get(area) ?? area).join(', ');
};
