/** SMS: the short text of a message, by an HTTP gateway or by a GSM modem of our own. */
import { createHash } from 'node:crypto';
import type { Logger } from '../../../devices/kit/log.ts';
import { readSecret } from '../../ioc/destination-secret.ts';
import type { Ledger } from '../../ledger.ts';
import { type Answer, type Channel, Undeliverable } from '../channel.ts';
import { AtError } from '../gsm/errors.ts';
import { startModem } from '../gsm/modem.ts';
import { createPinMemory } from '../gsm/pin-memory.ts';
import { plainText } from '../gsm/plain-text.ts';
import { splitSms } from '../gsm/split.ts';
import type { SmsHttpSettings, SmsModemSettings } from './settings.ts';
import { dialled, international } from './telephone.ts';
import { openTemplate } from './template.ts';

/** `{text}` is the short text, without diacritics when the alphabet is gsm7. Throws a UserFault as openTemplate does. */
export function openSmsHttp(settings: SmsHttpSettings, where: string): Channel {
  const template = openTemplate(settings, where);
  return {
    async send(address, { id, level, title, short, url }, signal) {
      const to = dialled(address);
      const text = settings.alphabet === 'gsm7' ? plainText(short) : short;
      const values = { ...numberValues(to), text, title, id, level, url: url ?? '' };
      await template.send(values, signal);
    },
    async close() {
      template.close();
    },
  };
}

/** A number as a template may need it. */
export const numberValues = (to: string) => ({
  to,
  to_international: international(to),
  to_digits: international(to).replace('+', ''),
});

/** What a modem needs beside its settings. */
export interface ModemContext {
  /** Keeps which PIN was refused. */
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly now: () => number;
  readonly onAnswer: (answer: Answer) => void | Promise<void>;
}

/** 3GPP TS 24.011, E-2: the number is given to nobody. */
const UNASSIGNED = 1;

/** Throws a UserFault when the secret of the PIN is absent. An absent modem is waited for. */
export function openSmsModem(settings: SmsModemSettings, context: ModemContext): Channel {
  const { path, baud, mode, alphabet } = settings;
  const pin = settings.pin === undefined ? null : readSecret(settings.pin);
  const { ledger, log, now, onAnswer } = context;
  const pins = createPinMemory(ledger);
  const modem = startModem({ path, baud, mode, pin, pins, log, now, onAnswer });
  return {
    atOnce: 1,
    async send(address, { id, short }, signal) {
      const reference = createHash('sha256').update(id).digest()[0] ?? 0;
      try {
        await modem.send(dialled(address), splitSms(short, alphabet), reference, signal);
      } catch (error) {
        if (error instanceof AtError && error.cms === UNASSIGNED) throw new Undeliverable(error.message);
        throw error;
      }
    },
    fault: () => modem.fault(),
    close: () => modem.close(),
  };
}
