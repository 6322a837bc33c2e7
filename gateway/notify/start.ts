/** Joins the parts that tell people: channels, sirens of the centre, and what is owed to whom. */
import type { Logger } from '../../devices/kit/log.ts';
import { topics } from '../../devices/wire/topics.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Catalog } from '../catalog.ts';
import { readSecret } from '../ioc/destination-secret.ts';
import type { Feed } from '../ioc/feed.ts';
import type { Ledger } from '../ledger.ts';
import { openChannels } from './channels/index.ts';
import { readSubscription } from './channels/push-subscription.ts';
import { createCondition, watchChannels } from './condition.ts';
import { createNotices } from './notices.ts';
import { startNotices } from './notices-following.ts';
import type { NotifySettings } from './settings.ts';
import { createSirens } from './sirens/sirens.ts';

export interface PeopleTold {
  readonly ledger: Ledger;
  readonly feed: Feed;
  readonly alerts: AlertBook;
  readonly catalog: Catalog;
  readonly settings: NotifySettings;
  readonly now: () => number;
  readonly log: Logger;
  publishRetained(topic: string, payload: string): void;
}

export function startTelling({
  ledger,
  feed,
  alerts,
  catalog,
  settings,
  now,
  log,
  publishRetained,
}: PeopleTold) {
  const { sms_incoming } = settings;
  const smsIncoming = sms_incoming && { ...sms_incoming, secret: readSecret(sms_incoming.secret) };
  const sirens = createSirens({
    ledger,
    catalog,
    now,
    log,
    publish: (station, call) => publishRetained(topics.sirens(station), JSON.stringify(call)),
  });
  const channels = openChannels(settings.channels, {
    ledger,
    log,
    now,
    onAnswer: (answer) => notices.answered(answer),
  });
  const watched = watchChannels(channels.byKind);
  const notices = createNotices({
    sirens,
    ledger,
    feed,
    alerts,
    catalog,
    settings,
    channels: watched.byKind,
    now,
    log,
  });
  const { vapidPublicKey } = channels;
  const sounding = sirens.start();
  const following = startNotices(notices, feed, log);
  return {
    notices,
    smsIncoming,
    /** null: web push is not set up. */
    push:
      vapidPublicKey === null
        ? null
        : {
            publicKey: vapidPublicKey,
            check: (subscription: unknown) =>
              void readSubscription(subscription, settings.channels.web_push?.services ?? []),
          },
    condition: createCondition(ledger, watched.faults, now),
    async stop(): Promise<void> {
      await following.stop();
      await sounding.stop();
      await channels.close();
    },
  };
}
