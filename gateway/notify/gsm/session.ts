/** The commands to a modem whose port is open: made ready, sending, and taking what has come (3GPP TS 27.005 and 27.007). */
import { textOf } from './alphabet.ts';
import type { AskOptions } from './dialogue.ts';
import { AtError } from './errors.ts';
import { readPduList, readTextList, type Stored, ucs2Hex } from './incoming.ts';
import type { PinMemory } from './pin-memory.ts';
import type { SmsText } from './split.ts';
import { submitPdus } from './submit.ts';

export interface Times {
  /** For a command that the modem answers by itself. */
  readonly answerMs: number;
  /** For one that the network has a part in: AT+CMGS and AT+CPIN. */
  readonly networkMs: number;
}

export interface SessionSettings {
  readonly mode: 'pdu' | 'text';
  readonly pin: string | null;
}

/** TS 27.007, 9.2.1: the SIM has not come to look at the PIN. */
const SIM_BUSY = 14;

type Ask = (command: string, options: AskOptions) => Promise<readonly string[]>;

export class Session {
  readonly #ask: Ask;
  readonly #settings: SessionSettings;
  readonly #times: Times;
  readonly #pins: PinMemory;

  constructor(ask: Ask, settings: SessionSettings, times: Times, pins: PinMemory) {
    this.#ask = ask;
    this.#settings = settings;
    this.#times = times;
    this.#pins = pins;
  }

  /**
   * Sets what a modem forgets when it starts anew: it is done before all else, since one that takes a PDU for a text would send it
   * somewhere. Throws what the modem refuses.
   */
  async prepare(): Promise<void> {
    await this.#tell('ATE0');
    await this.#tell('AT+CMEE=1');
    await this.#unlock();
    if (this.#settings.mode === 'pdu') await this.#tell('AT+CMGF=0');
    else {
      await this.#tell('AT+CMGF=1');
      // Texts as hexadecimal: none that comes can pass for a line of the modem's own.
      await this.#tell('AT+CSCS="UCS2"');
    }
    await this.#tryOut('AT+CPMS="SM","SM","SM"', 'AT+CPMS="ME","ME","ME"');
    // Messages are kept and announced; a modem that cannot is asked each minute.
    await this.#tryOut('AT+CNMI=2,1,0,0,0', 'AT+CNMI=1,1,0,0,0');
  }

  /** null: registered in a network; otherwise why not. Of GSM and UMTS, or of LTE. */
  async unregistered(): Promise<string | null> {
    const states: number[] = [];
    for (const name of ['CREG', 'CEREG'] as const) {
      const state = await this.#registration(name).catch(passOver);
      if (isRegistered(state)) return null;
      states.push(state);
    }
    return states.includes(3)
      ? 'the network refuses this SIM'
      : states.includes(2)
        ? 'it looks for a network'
        : 'it is in no network';
  }

  /** AT+CSQ (27.007, 8.5) in dBm, null: the modem does not know it. */
  async signal(): Promise<number | null> {
    const [line = ''] = await this.#tell('AT+CSQ');
    const level = Number(/^\+CSQ: ?(\d{1,2}),/.exec(line)?.[1] ?? 99);
    return level > 31 ? null : -113 + 2 * level;
  }

  /**
   * Sends all parts; `between` is called before each and may throw. Throws AtError when one is refused. The same reference makes parts that come
   * twice the same ones to the telephone.
   */
  async send(to: string, text: SmsText, reference: number, between: () => void): Promise<void> {
    const { answerMs, networkMs } = this.#times;
    const commands =
      this.#settings.mode === 'pdu'
        ? submitPdus(to, text, reference).map(({ hex, length }) => ({
            command: `AT+CMGS=${length}`,
            after: hex,
          }))
        : textParts(text).map((part) => ({ command: `AT+CMGS="${ucs2Hex(to)}"`, after: ucs2Hex(part) }));
    // First octet, validity of 24 hours, protocol, and the alphabet that the modem is to send in (27.005, 3.1.2).
    if (this.#settings.mode === 'text')
      await this.#tell(`AT+CSMP=17,167,0,${text.coding === 'gsm7' ? 0 : 8}`);
    for (const { command, after } of commands) {
      between();
      const lines = await this.#ask(command, { timeoutMs: answerMs, after, afterMs: networkMs });
      if (!lines.some((line) => line.startsWith('+CMGS:')))
        throw new Error('the modem does not say that it was sent');
    }
  }

  async list(): Promise<Stored[]> {
    const { networkMs } = this.#times;
    return this.#settings.mode === 'pdu'
      ? readPduList(await this.#ask('AT+CMGL=4', { timeoutMs: networkMs }))
      : readTextList(await this.#ask('AT+CMGL="ALL"', { timeoutMs: networkMs }));
  }

  async remove(index: number): Promise<void> {
    await this.#tell(`AT+CMGD=${index}`);
  }

  async #unlock(): Promise<void> {
    const [state = ''] = await this.#tell('AT+CPIN?');
    if (/READY/.test(state)) {
      this.#pins.opened();
      return;
    }
    const { pin } = this.#settings;
    if (!/SIM PIN$/.test(state)) throw new Error(`the SIM is locked (${state.replace(/^\+CPIN: ?/, '')})`);
    if (pin === null) throw new Error('the SIM asks for its PIN and the settings have none');
    if (await this.#pins.isRefused(pin))
      throw new Error('the SIM refused the PIN of the settings, which is not tried again');
    try {
      await this.#ask(`AT+CPIN="${pin}"`, { timeoutMs: this.#times.networkMs });
      this.#pins.opened();
    } catch (error) {
      if (error instanceof AtError && error.cme !== SIM_BUSY) await this.#pins.refused(pin);
      throw error;
    }
  }

  async #registration(name: 'CREG' | 'CEREG'): Promise<number> {
    const [line = ''] = await this.#tell(`AT+${name}?`);
    return Number(/^\+C[A-Z]*REG: ?\d,(\d{1,2})/.exec(line)?.[1] ?? 0);
  }

  #tell(command: string): Promise<readonly string[]> {
    return this.#ask(command, { timeoutMs: this.#times.answerMs });
  }

  /** Ways of which a modem may know none. */
  async #tryOut(...commands: readonly string[]): Promise<void> {
    for (const command of commands) {
      try {
        await this.#tell(command);
        return;
      } catch (error) {
        passOver(error);
      }
    }
  }
}

/** 27.007, 7.2: at home, roaming, and both for short messages only. */
const isRegistered = (state: number): boolean => [1, 5, 6, 7].includes(state);

/** What is refused is passed over; a modem that does not answer is not. */
function passOver(error: unknown): number {
  if (error instanceof AtError) return 0;
  throw error;
}

/** In text mode parts cannot be marked as such: each is a message of its own. */
const textParts = (text: SmsText): readonly string[] =>
  text.coding === 'ucs2' ? text.parts : text.parts.map(textOf);
