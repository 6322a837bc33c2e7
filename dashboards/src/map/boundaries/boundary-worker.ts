/** Reads a file of 20 MB beside the page, which stays usable meanwhile. */
import { type Read, readBoundaries } from './boundary-file.ts';

self.addEventListener('message', ({ data }: MessageEvent<File>) => {
  void data.text().then((text) => self.postMessage(readBoundaries(text) satisfies Read));
});
