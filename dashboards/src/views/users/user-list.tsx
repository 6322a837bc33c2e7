/** All users with what they may, when they were here, and what of theirs is open. */
import { useSignal } from '@preact/signals';
import { language, t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { MOST_IN_FULL, type User, type UserInFull, users, usersInFull } from './calls.ts';
import { NewUser } from './new-user.tsx';
import { areaText } from './rights-fields.tsx';

const AGAIN_MS = 60_000;

export function UserList() {
  const all = useAnswer(users, [], AGAIN_MS);
  const inFull = useAnswer(usersInFull, [], AGAIN_MS);
  const adding = useSignal(false);
  const sought = useSignal('');
  const full = inFull.answer.value;
  const known = new Map(full.kind === 'ready' ? full.value.map((one) => [one.user.name, one] as const) : []);
  const again = (): void => {
    all.again();
    inFull.again();
  };
  return (
    <div>
      <div class="section-head users-head">
        <h3 class="unseen">{t('users.tab.people')}</h3>
        <label class="users-search">
          <Icon name="search" size={16} />
          <span class="unseen">{t('users.search')}</span>
          <input
            class="select"
            type="search"
            placeholder={t('users.search')}
            value={sought.value}
            onInput={(event) => {
              sought.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="button" class="button button-strong" onClick={() => (adding.value = true)}>
          <Icon name="plus" size={16} />
          {t('users.add')}
        </button>
      </div>
      <Shown asked={all} lines={8}>
        {(list) => (
          <>
            <UserTable users={list.filter(({ name }) => isSought(name, sought.value))} known={known} />
            {list.length > MOST_IN_FULL && <p class="field-hint">{t('users.many', { n: MOST_IN_FULL })}</p>}
          </>
        )}
      </Shown>
      {adding.value && <NewUser close={() => (adding.value = false)} added={again} />}
    </div>
  );
}

const isSought = (name: string, sought: string): boolean =>
  name
    .toLocaleLowerCase(language.value)
    .includes(sought.trim().normalize('NFC').toLocaleLowerCase(language.value));

interface UserTableProps {
  readonly users: readonly User[];
  readonly known: ReadonlyMap<string, UserInFull>;
}

function UserTable({ users: list, known }: UserTableProps) {
  if (list.length === 0) return <p class="field-hint">{t('users.noneFound')}</p>;
  return (
    <section class="table-box" aria-label={t('users.tab.people')}>
      <table class="table stack-table">
        <thead>
          <tr>
            <th scope="col">{t('users.name')}</th>
            <th scope="col">{t('users.role')}</th>
            <th scope="col">{t('users.areas')}</th>
            <th scope="col">{t('users.lastLogin')}</th>
            <th scope="col" class="number">
              {t('users.sessions')}
            </th>
            <th scope="col" class="number">
              {t('users.tokens')}
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((user) => {
            const own = known.get(user.name);
            return (
              <tr key={user.name}>
                <th scope="row">
                  <a class="user-link" href={hrefOf('users', ['people', user.name])}>
                    <Icon name="person" size={16} />
                    <bdi class="cut" title={user.name}>
                      {user.name}
                    </bdi>
                  </a>
                </th>
                <td data-name={t('users.role')}>{t(`role.${user.role}`)}</td>
                <td data-name={t('users.areas')}>
                  <bdi>{areaText(user.areas)}</bdi>
                </td>
                <td data-name={t('users.lastLogin')}>
                  {user.last_login_at === null ? t('users.never') : <Age at={user.last_login_at} />}
                </td>
                <td data-name={t('users.sessions')} class="number">
                  {own?.sessions.length ?? '–'}
                </td>
                <td data-name={t('users.tokens')} class="number">
                  {own?.tokens.length ?? '–'}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
