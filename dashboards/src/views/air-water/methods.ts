/** The methods of derived values in words, with the decision that they are from. */
import { t } from '../../i18n.ts';

const TEXTS = {
  'vn-aqi-1459-2019': 'vnAqi',
  'vn-aqi-day-1459-2019': 'vnAqiDay',
  'vn-wqi-1460-2019': 'vnWqi',
} as const;

export interface MethodText {
  readonly name: string;
  readonly source: string | null;
}

/** An unknown method has its id for a name: better than nothing, and to be found in docs/methods.md. */
export function methodText(method: string): MethodText {
  const key = TEXTS[method as keyof typeof TEXTS];
  return key === undefined
    ? { name: method, source: null }
    : { name: t(`air-water.method.${key}`), source: t(`air-water.source.${key}`) };
}
