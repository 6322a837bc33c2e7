/** What belongs to whoever is logged in: who they are here, language, duty, password, sessions, tokens. */
import { FormFault } from '../../parts/form-end.tsx';
import '../users/users.css';
import { useSignal } from '@preact/signals';
import type { Profile as ProfileAnswer } from '../../../../devices/wire/users.ts';
import { loggedOut } from '../../actions.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { chooseLanguage, language, t } from '../../i18n.ts';
import { AskFirst } from '../../parts/ask-first.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { areaText } from '../users/rights-fields.tsx';
import { SessionList } from '../users/session-list.tsx';
import { endOwnSession, endOwnSessions, keepLanguage, ownProfile, ownSessions } from './calls.ts';
import { DutyCard } from './duty-card.tsx';
import { OwnTokens } from './own-tokens.tsx';
import { PasswordForm } from './password-form.tsx';
import { ProfileCard } from './profile-card.tsx';

export default function Profile() {
  const asked = useAnswer(ownProfile, []);
  return (
    <Page title={t('nav.profile')}>
      <Shown asked={asked} lines={8}>
        {(profile) => (
          <div class="user-parts">
            <div class="user-column">
              <Who profile={profile} />
              <ProfileCard title={t('profile.language')}>
                <LanguageChoice />
              </ProfileCard>
              <Sessions />
            </div>
            <div class="user-column">
              <DutyCard />
              <ProfileCard title={t('profile.password')}>
                <PasswordForm name={profile.name} />
              </ProfileCard>
            </div>
            <OwnTokens profile={profile} />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Who({ profile }: { profile: ProfileAnswer }) {
  const { name, role, areas, last_login_at } = profile;
  return (
    <ProfileCard title={t('profile.who')}>
      <dl class="user-facts">
        <dt>{t('users.name')}</dt>
        <dd>
          <bdi>{name}</bdi>
        </dd>
        <dt>{t('users.role')}</dt>
        <dd>
          {t(`role.${role}`)}
          <p class="field-hint">{t(`users.may.${role}`)}</p>
        </dd>
        <dt>{t('users.areas')}</dt>
        <dd>
          <bdi>{areaText(areas)}</bdi>
        </dd>
        {last_login_at !== null && (
          <>
            <dt>{t('users.lastLogin')}</dt>
            <dd>{formatMoment(last_login_at, now.value, language.value)}</dd>
          </>
        )}
      </dl>
      <p class="field-hint">{t('profile.whoText')}</p>
    </ProfileCard>
  );
}

const LANGUAGES = [
  { value: 'vi', name: 'Tiếng Việt' },
  { value: 'en', name: 'English' },
] as const;

function LanguageChoice() {
  const { fault, send } = useSend();
  return (
    <>
      <Choice
        label={t('profile.language')}
        options={LANGUAGES}
        value={language.value}
        choose={(id) => {
          void chooseLanguage(id);
          void send(() => keepLanguage(id));
        }}
      />
      <p class="field-hint">{t('profile.languageText')}</p>
      <FormFault fault={fault.value} />
    </>
  );
}

function Sessions() {
  const asked = useAnswer(ownSessions, [], 60_000);
  const asking = useSignal(false);
  const { fault, send } = useSend();
  const end = async (id: string, current: boolean): Promise<void> => {
    if (!(await send(() => endOwnSession(id)))) return;
    if (current) loggedOut();
    else asked.again();
  };
  return (
    <ProfileCard title={t('profile.sessions')}>
      <Shown asked={asked} lines={3}>
        {(sessions) => (
          <>
            <SessionList
              sessions={sessions}
              end={(id) => void end(id, sessions.find((one) => one.id === id)?.current ?? false)}
            />
            <FormFault fault={fault.value} />
            <div class="form-actions">
              <button type="button" class="button" onClick={() => (asking.value = true)}>
                <Icon name="close" size={16} />
                {t('profile.endAll')}
              </button>
            </div>
          </>
        )}
      </Shown>
      {asking.value && (
        <AskFirst
          title={t('profile.endAll')}
          text={t('profile.endAllText')}
          action={t('profile.endAll')}
          work={endOwnSessions}
          done={loggedOut}
          close={() => (asking.value = false)}
        />
      )}
    </ProfileCard>
  );
}
