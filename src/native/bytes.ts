/** `Bytes` of the small runtime. */
import type { Bytes } from '../model/bytes.ts';
import { host } from './host.ts';

export const NATIVE_BYTES: Bytes = {
  isUtf8: host.isUtf8,
  latin1: host.latin1,
  utf8: host.utf8,
  encode: host.encode,
  find: host.find,
  hasAny: host.hasAny,
  linesExcept: host.linesExcept,
};
