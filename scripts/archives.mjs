// Reads .tgz and .zip files and writes .tgz files with nothing but Node, so that the scripts need no tar and no unzip.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';

const text = (bytes) => bytes.toString('utf8').replace(/\0.*$/s, '');

/** The files of a gzipped tar (ustar, as npm and Helm write it), in order: [{ name, mode, content }]. */
export function readTgz(tgz) {
  const tar = gunzipSync(tgz);
  const files = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + 512);
    const size = Number.parseInt(text(header.subarray(124, 136)), 8);
    const prefix = text(header.subarray(345, 500));
    const name = text(header.subarray(0, 100));
    const type = text(header.subarray(156, 157));
    if (type === '0' || type === '') {
      files.push({
        name: prefix === '' ? name : `${prefix}/${name}`,
        mode: Number.parseInt(text(header.subarray(100, 108)), 8),
        content: tar.subarray(at + 512, at + 512 + size),
      });
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** The content of the file called `name` in a .tgz, or undefined. */
export const fileOfTgz = (tgz, name) => readTgz(tgz).find((file) => file.name === name)?.content;

/** The content of the file called `name` in a .zip (stored or deflated, below 4 GiB), or undefined. */
export function fileOfZip(zip, name) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('not a zip file');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const method = zip.readUInt16LE(at + 10);
      const header = zip.readUInt32LE(at + 42);
      const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
      const content = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      if (method === 0) return content;
      if (method === 8) return inflateRawSync(content);
      throw new Error(`${name}: zip method ${method} is not supported`);
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}

/** A .tgz of a folder's files, the same bytes for the same files: sorted, without times and owners. `prefix` begins each name. */
export function writeTgz(folder, prefix = '') {
  const names = readdirSync(folder, { recursive: true })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
  const blocks = names.flatMap((name) => {
    const content = readFileSync(join(folder, name));
    const octal = (value, length) => `${value.toString(8).padStart(length - 1, '0')}\0`;
    const header = Buffer.alloc(512);
    if (Buffer.byteLength(prefix + name) > 100) throw new Error(`${name}: too long a name for this archive`);
    header.write(prefix + name, 0);
    header.write(octal(statSync(join(folder, name)).mode & 0o111 ? 0o755 : 0o644, 8), 100);
    header.write(octal(0, 8) + octal(0, 8) + octal(content.length, 12) + octal(0, 12), 108);
    header.write('        0', 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  const tgz = gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 9 });
  tgz[9] = 255; // Made on an unknown system, wherever that was.
  return tgz;
}
