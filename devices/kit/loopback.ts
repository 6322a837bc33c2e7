/** Whether a host is this machine itself. */
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** An address, also IPv4 in IPv6, or the name `localhost` (RFC 6761, 6.3): what any other name stands for is not known here. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host === 'localhost';
  return LOOPBACK.check(host.split('%')[0] ?? '', version === 6 ? 'ipv6' : 'ipv4');
}
