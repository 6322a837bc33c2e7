/** E-mail by SMTP (RFC 5321): one connection a message, which ends when it is not waited for any longer. */
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { reasonOf } from '../../ioc/delivery-reason.ts';
import { readSecret } from '../../ioc/destination-secret.ts';
import { readTls } from '../../ioc/destination-tls.ts';
import { type Channel, type Message, Undeliverable } from '../channel.ts';
import { emailHtml, emailText } from './email-body.ts';
import type { EmailSettings } from './settings.ts';

/** A server's answers are lines of at most 512 characters (RFC 5321, 4.5.3.1.5). */
const ANSWER_BYTES = 64 * 1024;
const CONNECT_MS = 15_000;
const SILENCE_MS = 30_000;

/** Throws a UserFault when a file or secret of the settings is absent. */
export function openEmail(settings: EmailSettings): Channel {
  const { host, port, security, user, from, from_name } = settings;
  const password = settings.password === undefined ? undefined : readSecret(settings.password);
  const tls = readTls({ ca: settings.ca });
  return {
    async send(address, message, signal) {
      if (!/^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}$/.test(address))
        throw new Undeliverable('this is no e-mail address');
      const raw = await new MailComposer({
        from: { name: from_name, address: from },
        to: { name: '', address },
        subject: message.title,
        // The same when it is sent again: servers and readers know a repeat by it.
        messageId: `<${message.id.replace(/[^A-Za-z0-9._-]/g, '_')}@${from.split('@').at(-1)}>`,
        text: emailText(message),
        html: emailHtml(message),
        headers: headersOf(message),
        disableFileAccess: true,
        disableUrlAccess: true,
      })
        .compile()
        .build();
      await deliver(
        new SMTPConnection({
          host,
          port,
          secure: security === 'tls',
          requireTLS: security === 'starttls',
          ignoreTLS: security === 'unencrypted',
          tls: { ...tls, minVersion: 'TLSv1.2' },
          connectionTimeout: CONNECT_MS,
          greetingTimeout: CONNECT_MS,
          dnsTimeout: CONNECT_MS,
          socketTimeout: SILENCE_MS,
          socketCloseTimeout: 0,
          maxResponseSize: ANSWER_BYTES,
          allowInternalNetworkInterfaces: true,
        }),
        user === undefined ? null : { user, pass: password },
        { from, to: address },
        raw,
        signal,
      );
    },
    async close() {},
  };
}

const headersOf = ({ level }: Message): Record<string, string> => ({
  // RFC 3834: no absence is answered to it.
  'Auto-Submitted': 'auto-generated',
  // RFC 4021, 2.1.54, and what some readers look at instead.
  ...(level === 'critical' && { Importance: 'High', 'X-Priority': '1' }),
});

/** Returns when the server has taken the message. What it throws names no address. */
function deliver(
  connection: SMTPConnection,
  auth: { user: string; pass: string | undefined } | null,
  envelope: { from: string; to: string },
  raw: Buffer,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error: unknown): void => {
      signal.removeEventListener('abort', aborted);
      if (error) {
        reject(faultOf(error as SmtpError));
        connection.close();
      } else {
        connection.quit();
        resolve();
      }
    };
    const aborted = () => end(new Error('it was not waited for any longer'));
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted);
    // Also what comes after the end has a listener: it would end the process without.
    connection.on('error', end);
    connection.once('end', () => end(new Error('the mail server ended the connection')));
    const send = () => connection.send(envelope, raw, (error) => end(error));
    connection.connect((error) => {
      if (error) end(error);
      else if (auth === null) send();
      else connection.login(auth, (refused) => (refused ? end(refused) : send()));
    });
  });
}

interface SmtpError extends Error {
  /** nodemailer's own, such as ESOCKET; absent: it is an error of ours. */
  readonly code?: string;
  /** What the system or TLS called it. */
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** In words of our own: what servers say has the address in it. */
function faultOf(error: SmtpError): Error {
  const { code, originalCode, responseCode, command } = error;
  if (code === undefined) return error;
  if (code === 'ETLS' || command === 'STARTTLS') return new Error('the mail server has no TLS, or it fails');
  if (responseCode !== undefined) {
    const said = `the mail server answered ${responseCode}`;
    if (code === 'EAUTH') return new Error(`${said}: user or password are not those that it knows`);
    if (responseCode < 500) return new Error(`${said}: not now`);
    if (command === 'RCPT TO') return new Undeliverable(`${said}: it does not take this address`);
    if (command === 'DATA') return new Undeliverable(`${said}: it does not take this message`);
    return new Error(`${said}${command === 'MAIL FROM' ? ': it does not take this sender' : ''}`);
  }
  if (originalCode !== undefined)
    return new Error(reasonOf(Object.assign(new Error('the connection failed'), { code: originalCode })));
  return new Error(SENTENCES[code] ?? `the mail server is not one that we can speak to (${code})`);
}

const SENTENCES: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'the mail server did not answer in time',
  EAUTH: 'the mail server knows no way of logging in that we know',
  ECONNECTION: 'the mail server ended the connection',
  EDNS: 'the name of the mail server is not known',
};
