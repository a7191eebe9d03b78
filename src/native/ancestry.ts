/** The programs that this one runs below. */
import type { Ancestry } from '../model/process.ts';
import { type Files, readProc } from '../os/proc.ts';
import { LARGEST } from '../os/reasons.ts';
import { host } from './host.ts';

const FILES: Files = {
  read: (path) => {
    const bytes = host.readFile(path, LARGEST);
    return typeof bytes === 'string' ? undefined : bytes;
  },
  readLink: host.readLink,
  withFile: (path, use) => {
    const file = host.openFile(path);
    if (file === undefined) return undefined;
    try {
      return use((position, length) => host.readAt(file, position, length));
    } finally {
      host.closeFile(file);
    }
  },
};

export const readAncestry = (): Ancestry => readProc(FILES, host.parent());
