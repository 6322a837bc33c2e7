/** What a request asks that cannot be answered; the sentence names the part of the query. */
export class StaFault extends Error {
  override readonly name = 'StaFault';
  readonly status: 400 | 404 | 501;
  constructor(status: 400 | 404 | 501, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** A query that is wrong, or beyond the bounds of one answer. */
export const wrong = (detail: string): StaFault => new StaFault(400, detail);
/** What the standard has and this service does not answer. */
export const notAnswered = (detail: string): StaFault => new StaFault(501, detail);
export const notFound = (detail: string): StaFault => new StaFault(404, detail);
