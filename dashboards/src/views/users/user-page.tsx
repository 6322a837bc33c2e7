/** One user: what they may and where, a new password, what of theirs is open, and the end of the account. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Token } from '../../../../devices/wire/users.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { AskFirst } from '../../parts/ask-first.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { FormEnd, FormFault } from '../../parts/form-end.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { go, hrefOf } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import {
  changeUser,
  endSessions,
  removeUser,
  resetPassword,
  revokeToken,
  type User,
  type UserInFull,
  userInFull,
} from './calls.ts';
import { PasswordField } from './password-field.tsx';
import { isWhole, type Rights, RightsFields } from './rights-fields.tsx';
import { passwordFault } from './rules.ts';
import { SecretOnce } from './secret-once.tsx';
import { SessionList } from './session-list.tsx';
import { TokenTable, tokenName } from './token-table.tsx';
import { TypedConfirm } from './typed-confirm.tsx';

type Asking = 'password' | 'sessions' | 'removal' | Token | null;

export function UserPage({ name }: { name: string }) {
  const asked = useAnswer((signal) => userInFull(name, signal), [name]);
  return (
    <Page
      title={name}
      tools={
        <a class="button" href={hrefOf('users', ['people'])}>
          <Icon name="back" size={16} />
          {t('users.all')}
        </a>
      }
    >
      <Shown asked={asked} lines={8}>
        {(one) => <Parts one={one} again={asked.again} />}
      </Shown>
    </Page>
  );
}

function Parts({ one: { user, sessions, tokens }, again }: { one: UserInFull; again: () => void }) {
  const asking = useSignal<Asking>(null);
  const close = (): void => {
    asking.value = null;
  };
  const done = (): void => {
    close();
    again();
  };
  return (
    <div class="user-parts">
      <div class="user-column">
        <RightsCard key={`${user.role} ${user.areas?.join()}`} user={user} changed={again} />
      </div>
      <div class="user-column">
        <Card title={t('users.password')}>
          <p>
            {user.password_changed_at === null
              ? t('users.passwordNever')
              : t('users.passwordChanged', { time: when(user.password_changed_at) })}
          </p>
          <p class="field-hint">{t('users.resetText')}</p>
          <div class="form-actions">
            <button type="button" class="button" onClick={() => (asking.value = 'password')}>
              {t('users.reset')}
            </button>
          </div>
        </Card>
        <Card title={t('users.sessionsOpen', { n: sessions.length })}>
          <SessionList sessions={sessions} />
          {sessions.length > 0 && (
            <div class="form-actions">
              <button type="button" class="button" onClick={() => (asking.value = 'sessions')}>
                {t('users.endAll')}
              </button>
            </div>
          )}
        </Card>
      </div>
      <Card title={t('users.tokensOf', { n: tokens.length })} wide>
        {tokens.length === 0 ? (
          <p class="field-hint">{t('users.noTokens')}</p>
        ) : (
          <TokenTable tokens={tokens} revoke={(token) => (asking.value = token)} />
        )}
      </Card>
      <Card title={t('users.remove')} wide>
        <p>{t('users.removeText')}</p>
        <div class="form-actions">
          <button type="button" class="button button-danger" onClick={() => (asking.value = 'removal')}>
            <Icon name="trash" size={16} />
            {t('users.remove')}
          </button>
        </div>
      </Card>
      <Question asking={asking.value} user={user} close={close} done={done} />
    </div>
  );
}

const when = (at: number): string => formatMoment(at, now.value, language.value);

interface CardProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

function Card({ title, wide = false, children }: CardProps) {
  return (
    <section class={wide ? 'card user-card user-card-wide' : 'card user-card'}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function RightsCard({ user, changed }: { user: User; changed: () => void }) {
  const rights = useSignal<Rights>({ role: user.role, areas: user.areas });
  const saved = useSignal(false);
  const { busy, fault, send } = useSend();
  const { role, areas } = rights.value;
  const same = role === user.role && JSON.stringify(areas) === JSON.stringify(user.areas);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (same || !isWhole(rights.value)) return;
    saved.value = await send(() => changeUser(user.name, { role, areas: areas && [...areas] }));
    if (saved.value) changed();
  };
  return (
    <Card title={t('users.rights')}>
      <form class="form" onSubmit={submit}>
        <p class="field-hint">{t('users.created', { time: when(user.created_at) })}</p>
        <RightsFields
          value={rights.value}
          change={(value) => {
            rights.value = value;
          }}
        />
        <FormFault fault={fault.value} />
        <div class="form-actions">
          <button
            type="submit"
            class="button button-strong"
            disabled={same || !isWhole(rights.value)}
            aria-disabled={busy.value}
          >
            {t(busy.value ? 'send.busy' : 'app.save')}
          </button>
        </div>
        <p class="field-hint">{t('users.atOnce')}</p>
      </form>
    </Card>
  );
}

interface QuestionProps {
  readonly asking: Asking;
  readonly user: User;
  readonly close: () => void;
  readonly done: () => void;
}

function Question({ asking, user: { name }, close, done }: QuestionProps) {
  if (asking === null) return null;
  if (asking === 'password') return <Reset name={name} close={close} done={done} />;
  if (asking === 'sessions')
    return (
      <AskFirst
        title={t('users.endAll')}
        text={t('users.endAllText', { name })}
        action={t('users.endAll')}
        work={() => endSessions(name)}
        done={done}
        close={close}
      />
    );
  if (asking === 'removal')
    return (
      <TypedConfirm
        title={t('users.removeName', { name })}
        text={t('users.removeText')}
        name={name}
        action={t('users.remove')}
        work={() => removeUser(name)}
        done={() => go('users', ['people'])}
        close={close}
      />
    );
  return (
    <AskFirst
      title={t('users.revokeOf', { what: tokenName(asking) })}
      text={t('users.revokeText')}
      action={t('users.revoke')}
      work={() => revokeToken(name, asking.id)}
      done={done}
      close={close}
    />
  );
}

function Reset({ name, close, done }: { name: string; close: () => void; done: () => void }) {
  const password = useSignal<string | null>(null);
  const made = useSignal<string | null>(null);
  const { busy, fault, send } = useSend();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const chosen = password.value;
    if (chosen !== null && (chosen === '' || passwordFault(chosen) !== null)) return;
    let secret: string | null = null;
    const sent = await send(async () => {
      secret = (await resetPassword(name, chosen ?? undefined)).password;
    });
    if (!sent) return;
    if (secret === null) done();
    else made.value = secret;
  };
  return (
    <Dialog title={t('users.resetOf', { name })} close={made.value === null ? close : done}>
      {made.value === null ? (
        <form class="form" onSubmit={submit}>
          <p>{t('users.resetText')}</p>
          <PasswordField
            value={password.value}
            change={(value) => {
              password.value = value;
            }}
          />
          <FormEnd sending={{ busy, fault }} action={t('users.reset')} close={close} />
        </form>
      ) : (
        <SecretOnce
          label={t('users.newPassword')}
          secret={made.value}
          text={t('users.firstPasswordText', { name })}
          done={done}
        />
      )}
    </Dialog>
  );
}
