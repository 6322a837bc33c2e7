/** Why a request for a certificate is not signed, apart from what reads it: that is not loaded by who only wants to know. */

export class CsrFault extends Error {
  override readonly name = 'CsrFault';
}
