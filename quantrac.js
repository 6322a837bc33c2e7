#!/usr/bin/env node
/**
 * The door to quantrac.ts. Taking the types out of each file at each start costs a process 25 MB for as long as it lives,
 * and a part of a second: Node.js keeps what it made of them, and `npm ci` makes it for all parts (`quantrac compile`).
 */
import module from 'node:module';
import { join } from 'node:path';

if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `quantrac: Node.js ${process.versions.node} is too old. "npm ci" has brought Node.js 24 along: npm run quantrac -- ${process.argv.slice(2).join(' ')}`,
  );
  process.exit(2);
}
module.enableCompileCache(join(import.meta.dirname, 'node_modules/.cache/quantrac'));
await import('./quantrac.ts');
