/** Why a delivery failed, in words for a person. Never what was sent, and never the path or query of an address: keys stand there. */

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens at this address and port',
  ECONNRESET: 'the receiver ended the connection',
  EPIPE: 'the receiver ended the connection',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'the receiver does not answer',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name service does not answer',
  EPROTO: 'it does not speak TLS as we do, or not at this port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS at this port',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust our certificate',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a certificate of ours',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it refuses our certificate',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'our certificate and our key do not belong together',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is of no authority that we trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of no authority that we trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of no authority that we trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of no authority that we trust',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  HPE_HEADER_OVERFLOW: 'the headers of its answer are too large',
};
const MOST_CHARACTERS = 300;

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return 'the receiver did not answer in time';
  const { code } = error as NodeJS.ErrnoException;
  const sentence = code === undefined ? undefined : SENTENCES[code];
  return sentence === undefined ? error.message.slice(0, MOST_CHARACTERS) : `${sentence} (${code})`;
}
