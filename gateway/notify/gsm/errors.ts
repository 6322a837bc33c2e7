/** What a modem answers instead of OK, in words: 3GPP TS 27.005, 3.2.5 (+CMS ERROR), TS 24.011, annex E-2 (those below 128), TS 27.007, 9.2 (+CME ERROR). */

const CMS: Readonly<Record<number, string>> = {
  1: 'this number is not given to anybody',
  8: 'the network bars this SIM from sending',
  10: 'calls are barred',
  21: 'the receiver rejected it',
  27: 'the receiver cannot be reached now',
  28: 'the network does not know the subscriber',
  29: 'the network refuses the service',
  30: 'the network does not know the subscriber',
  38: 'the network is out of order',
  41: 'the network has a temporary failure',
  42: 'the network is congested',
  47: 'the network has no resources left',
  50: 'the SIM may not send short messages',
  69: 'the network does not carry short messages',
  111: 'the network refuses the message',
  300: 'the modem has failed',
  301: 'the modem keeps the message service for itself',
  302: 'the modem does not allow it',
  303: 'the modem does not know this',
  304: 'the modem cannot read the PDU',
  305: 'the modem cannot read the text',
  310: 'there is no SIM in it',
  311: 'the SIM asks for its PIN',
  312: 'the modem is locked to another SIM',
  313: 'the SIM has failed',
  314: 'the SIM is busy',
  315: 'the SIM is a wrong one',
  316: 'the SIM is locked and asks for its PUK',
  320: 'the message memory has failed',
  321: 'there is no message of this number',
  322: 'the message memory is full',
  330: 'the SIM does not know its service centre',
  331: 'there is no network',
  332: 'the network did not answer in time',
};

const CME: Readonly<Record<number, string>> = {
  3: 'the modem does not allow it',
  4: 'the modem does not know this',
  5: 'the modem is locked to another SIM',
  10: 'there is no SIM in it',
  11: 'the SIM asks for its PIN',
  12: 'the SIM is locked and asks for its PUK',
  13: 'the SIM has failed',
  14: 'the SIM is busy',
  15: 'the SIM is a wrong one',
  16: 'the PIN is wrong',
  20: 'the memory is full',
  30: 'there is no network',
  31: 'the network did not answer in time',
  32: 'the network allows emergency calls only',
};

/** The modem refused a command. Nothing of the command is in it: numbers, texts and the PIN stand there. */
export class AtError extends Error {
  override readonly name = 'AtError';
  /** The number of +CMS ERROR or of +CME ERROR, null: another error. */
  readonly cms: number | null;
  readonly cme: number | null;

  constructor(message: string, cms: number | null, cme: number | null) {
    super(message);
    this.cms = cms;
    this.cme = cme;
  }
}

/** A line that ends a command without OK, null: it is none of these. */
export function errorOf(line: string): AtError | null {
  const [, kind, code = ''] = /^\+(CM[ES]) ERROR: ?(.*)$/.exec(line) ?? [];
  if (kind !== undefined) {
    const number = /^\d{1,4}$/.test(code) ? Number(code) : null;
    const words = number === null ? undefined : (kind === 'CMS' ? CMS : CME)[number];
    const named = `+${kind} ERROR${number === null ? '' : ` ${number}`}`;
    return new AtError(
      words === undefined ? `the modem says ${named}` : `${words} (${named})`,
      kind === 'CMS' ? number : null,
      kind === 'CME' ? number : null,
    );
  }
  return /^(ERROR|COMMAND NOT SUPPORT|TOO MANY PARAMETERS|NO CARRIER|BUSY)$/.test(line)
    ? new AtError('the modem says ERROR', null, null)
    : null;
}
