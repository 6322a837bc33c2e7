/** The thread's door to the module that serves, in JavaScript: see quantrac.js. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

if (workerData.compileCache !== null) enableCompileCache(workerData.compileCache);
const { serve } = await import(workerData.module);
serve(parentPort, workerData.given);
