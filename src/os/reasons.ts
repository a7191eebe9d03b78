/** Why the operating system refused something, in words, for people. */

/** Above it, V8 has no string that holds a stream's text. In bytes. */
export const LARGEST = 512 * 1024 * 1024 - 1024;
export const TOO_LARGE = 'it has more than 512 MiB';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the device reports an error',
  EROFS: 'the file system is read-only',
  EBADF: 'it is closed',
  EINVAL: 'it cannot be read or written in this way',
  ELOOP: 'its symbolic links go round in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENODEV: 'there is no such device',
  ENOMEM: 'there is not enough memory',
  ENXIO: 'there is no such device',
  EBUSY: 'it is in use',
  ETXTBSY: 'it is a program that is running',
  ERR_FS_FILE_TOO_LARGE: TOO_LARGE,
  ERR_INVALID_ARG_VALUE: 'no file can have this name',
};

/** `code`: the name of an error, such as ENOENT. Undefined for one that has no words here. */
export const reasonFor = (code: string): string | undefined =>
  Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
