/** What every language has words for. */
import type { Level } from '../../../devices/limit.ts';

export interface Words {
  readonly level: Readonly<Record<Level, string>>;
  readonly over: string;
  readonly retracted: string;
  readonly repeated: string;
  readonly grown: string;
  /** Begins a message while its station is being commissioned. */
  readonly test: string;
  readonly noData: string;
  readonly silent: string;
  readonly limit: string;
  readonly at: string;
  readonly map: string;
  readonly origin: string;
  readonly replayed: string;
  places(names: readonly string[], more: number): string;
  alerts(count: number): string;
  ended(count: number): string;
  more(count: number): string;
  /** What acknowledges, in a whole text and in an SMS. */
  answer(number: number): string;
  shortAnswer(number: number): string;
  /** What to write, for whoever answered something else. */
  readonly hint: string;
  readonly tryout: { readonly title: string; readonly text: string };
  readonly page: {
    readonly button: string;
    readonly ask: string;
    readonly done: string;
    readonly gone: string;
  };
}
