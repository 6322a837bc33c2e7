/** Destination `station-files`: text files of automatic stations (Circular 10/2021/TT-BTNMT) to a folder, FTP, FTPS or SFTP. */
import type { Ledger } from '../../ledger.ts';
import type { Store } from '../../store/store.ts';
import type { DestinationType, Item, OpenDestination } from '../destination.ts';
import type { Box } from '../station-files/box.ts';
import { folderBox } from '../station-files/folder.ts';
import { ftpBox } from '../station-files/ftp.ts';
import { createSender } from '../station-files/send.ts';
import { type StationFileSettings, stationFileSettingsSchema } from '../station-files/settings.ts';
import { sftpBox } from '../station-files/sftp.ts';
import { type CycleItem, cycles } from '../station-files/source.ts';

export interface StationFileParts {
  readonly store: Pick<Store, 'rows' | 'points'>;
  readonly ledger: Ledger;
}

export const stationFiles: DestinationType<'station-files', StationFileSettings, StationFileParts> = {
  type: 'station-files',
  settings: stationFileSettingsSchema,
  open(settings, { id, parts: { store, ledger }, now }) {
    const box = boxOf(settings);
    const sender = createSender(settings, { destination: id, store, ledger, box, now });
    const open: OpenDestination<CycleItem> = {
      source: cycles(settings, now),
      wants: ({ before }) => !before,
      send: ({ number }, signal) => sender.send(number, signal),
      stored: sender.stored,
      test: (signal) => box.test(signal),
      close: async () => {},
    };
    return open as OpenDestination<Item>;
  },
};

function boxOf(settings: StationFileSettings): Box {
  switch (settings.to) {
    case 'folder':
      return folderBox(settings);
    case 'ftp':
    case 'ftps':
      return ftpBox(settings);
    case 'sftp':
      return sftpBox(settings);
  }
}
