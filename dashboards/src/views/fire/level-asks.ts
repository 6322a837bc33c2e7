/** What a fire danger level asks for, as far as its sources were read (domain-standards 5.1). Pure. */
import { FIRE_LEVELS, type FireLevel } from '../../../../devices/standards/fire-levels.ts';
import type { TextKey } from '../../texts/texts.ts';

export interface Ask {
  readonly text: TextKey;
  readonly source: TextKey;
  /** Hours of the day for `{from}` and `{to}` of the text. */
  readonly hours?: { readonly from: number; readonly to: number };
  /** Quoted by others: the text of the source itself was not seen. */
  readonly quoted?: true;
}

export function asksOf(level: FireLevel): Ask[] {
  const { watch } = FIRE_LEVELS[level];
  const asks: Ask[] = [];
  if (level >= 4) asks.push({ text: 'fire.ask.announce', source: 'fire.source.decree156' });
  if (level >= 3) asks.push({ text: 'fire.ask.review', source: 'fire.source.circular25' });
  if (watch !== null) {
    const hours = { from: watch.from_hour, to: watch.to_hour };
    const text = watch.to_hour - watch.from_hour === 24 ? 'fire.ask.towerAlways' : 'fire.ask.tower';
    asks.push({ text, source: 'fire.source.tcn89', hours });
  }
  if (level === 3 || level === 4 || level === 5)
    asks.push({ text: `fire.ask.guard${level}`, source: 'fire.source.decision127', quoted: true });
  if (level >= 4) asks.push({ text: 'fire.ask.bulletin', source: 'fire.source.decision18' });
  if (level <= 2) asks.push({ text: 'fire.ask.normal', source: 'fire.source.plan' });
  asks.push({ text: 'fire.ask.report', source: 'fire.source.circular25report' });
  return asks;
}
