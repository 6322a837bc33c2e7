/**
 * What the gateway writes of people who were told (gateway/notify/sending.ts) and of sirens (gateway/notify/sirens/seen.ts), in
 * the language of the screen. What a receiver or an instrument says of itself stays as it came. Pure.
 */
import { formatDuration } from '../../age.ts';
import { channelName } from '../../channel-name.ts';
import { reasonText } from '../../reason.ts';
import { fill, type TextKey, type Texts } from '../../texts/texts.ts';

type Sentence = readonly [RegExp, TextKey];

const FAULTS: readonly Sentence[] = [
  [/^the settings have no such channel$/, 'alerts.fault.noSuchChannel'],
  [/^no browser has subscribed$|: the browser is not subscribed any more$/, 'alerts.fault.noBrowser'],
  [/^there is no channel to this person$/, 'alerts.fault.noChannel'],
  [/^this person is not there, or not told any more$/, 'alerts.fault.noPerson'],
  [
    /^(it was not taken in time|not taken within \d+ s|the receiver (did not answer in time|does not answer.*))$/,
    'alerts.fault.late',
  ],
  [/^the gateway ended while it was being sent$/, 'alerts.fault.stopped'],
  [/^nobody listens at this address and port/, 'alerts.fault.noListener'],
  [/^the receiver ended the connection/, 'alerts.fault.ended'],
  [/^there is no way to (this host|its network)/, 'alerts.fault.noWay'],
  [/^(the name of the host is not known|the name service does not answer)/, 'alerts.fault.unknownHost'],
  [/^the (?:service|push service|mail server) answered (?<status>\d{3})/, 'alerts.fault.answered'],
];

const SIRENS: readonly Sentence[] = [
  [/^no edge has this station$/, 'alerts.siren.noEdge'],
  [/^edge (?<edge>\S+) is offline$/, 'alerts.siren.away'],
  [/^edge (?<edge>\S+) has no siren there$/, 'alerts.siren.none'],
  [/^(?<siren>\S+) has not heard of it$/, 'alerts.siren.unheard'],
  [/^(?<siren>\S+) is not confirmed on$/, 'alerts.siren.notOn'],
  [/^(?<siren>\S+) is not confirmed off$/, 'alerts.siren.notOff'],
  [/^(?<siren>\S+) is off$/, 'alerts.siren.off'],
  [/^(?<siren>\S+) is on$/, 'alerts.siren.on'],
  [/^(?<siren>\S+) sounds on for alarms of the post$/, 'alerts.siren.others'],
];

/** null: it is not known here. */
function said(words: string, sentences: readonly Sentence[], texts: Texts): string | null {
  for (const [pattern, key] of sentences) {
    const match = pattern.exec(words);
    if (match) return fill(texts[key], match.groups ?? {});
  }
  return null;
}

const faultText = (fault: string, texts: Texts): string => said(fault, FAULTS, texts) ?? fault;

/** What is tried next. */
function thenText(then: string, texts: Texts): string {
  const seconds = /^again in (\d+) s$/.exec(then)?.[1];
  if (seconds !== undefined)
    return fill(texts['alerts.telling.again'], { time: formatDuration(Number(seconds) * 1000, texts) });
  const [, how, channel = ''] = /^(next:|again by) (\S+)$/.exec(then) ?? [];
  if (how !== undefined)
    return fill(texts[how === 'next:' ? 'alerts.telling.next' : 'alerts.telling.againBy'], {
      channel: channelName(channel, texts),
    });
  return then === 'given up' ? texts['alerts.telling.givenUp'] : then;
}

/** `lan: sms`; `lan: sms: {fault}; {then}`; `lan: sms: nobody knows: {fault}`; that nobody is on duty. */
export function tellingText(reason: string, texts: Texts): string {
  const duty = /^nobody of the step is on duty \((?<plan>\S+), step (?<step>\d+)\)$/.exec(reason);
  if (duty) return fill(texts['alerts.telling.offDuty'], duty.groups ?? {});
  const told = /^([^\s:]+): (no channel|email|sms|web-push|chat:[a-z0-9-]+)(?:: (.+))?$/s.exec(reason);
  if (!told) return reason;
  const [, person, kind = '', rest] = told;
  const by = `${person}: ${kind === 'no channel' ? texts['alerts.telling.noChannel'] : channelName(kind, texts)}`;
  if (rest === undefined) return by;
  const unknown = /^nobody knows: (.+)$/s.exec(rest)?.[1];
  if (unknown !== undefined) return `${by}: ${faultText(unknown, texts)}; ${texts['alerts.telling.unknown']}`;
  // A fault may have semicolons of its own: what is tried next is behind the last one.
  const [, fault, then] = /^(.+); ([^;]+)$/s.exec(rest) ?? [];
  if (fault === undefined || then === undefined) return `${by}: ${faultText(rest, texts)}`;
  return `${by}: ${faultText(fault, texts)}; ${thenText(then, texts)}`;
}

/** `{station}: {words of each siren}`, with the wish where it was not fulfilled: `{station} is to sound: …`. */
export function sirenText(reason: string, texts: Texts, stationName: (id: string) => string): string {
  const [, id, wish, words] = /^([^\s:]+)( is to sound| is to be silent)?: (.+)$/s.exec(reason) ?? [];
  if (id === undefined || words === undefined) return reason;
  const station = stationName(id);
  const head =
    wish === undefined
      ? station
      : fill(texts[wish === ' is to sound' ? 'alerts.siren.toSound' : 'alerts.siren.toBeSilent'], {
          station,
        });
  const sirens = words.split('; ').map((one) => sirenWords(one, texts));
  return `${head}: ${sirens.join('; ')}`;
}

function sirenWords(words: string, texts: Texts): string {
  const [, state = words, error] = /^(\S+ is not confirmed (?:on|off)): (.+)$/s.exec(words) ?? [];
  const known = said(state, SIRENS, texts);
  if (known === null) return reasonText(words, texts);
  return error === undefined ? known : `${known}: ${reasonText(error, texts)}`;
}
