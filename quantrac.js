#!/usr/bin/env node
/**
 * The door to quantrac.ts. Taking the types out of each file at each start costs a process 25 MB for as long as it lives,
 * and a part of a second: Node.js keeps what it made of them, and `npm ci` makes it for all parts (`quantrac compile`).
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, 'node_modules/.cache/quantrac'));
await import('./quantrac.ts');
