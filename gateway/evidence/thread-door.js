/** The thread's door to thread-serve.ts, in JavaScript: see quantrac.js. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

if (workerData.compileCache !== null) enableCompileCache(workerData.compileCache);
const { serveEvidence } = await import('./thread-serve.ts');
serveEvidence(parentPort, workerData);
