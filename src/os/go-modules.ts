/**
 * What a Go executable says of itself: the package of its `main` and its modules, as `go version -m` prints them. Linkers put it into a
 * section of its own, which survives stripping, so a few small reads find it in a file of a hundred megabytes.
 *
 * Formats: ELF, Mach-O (also with several architectures) and PE, and Go's debug/buildinfo (Go 1.18 and later).
 */
import { PLAIN_BYTES } from '../model/bytes.ts';
import type { GoModules } from '../model/process.ts';

/** Bytes of a file from a position on; fewer where it ends. */
export type ReadAt = (position: number, length: number) => Uint8Array;

/** No build info is longer: the largest programs have a few thousand modules. */
const LONGEST = 1024 * 1024;
/** Where no section is named, build info is at the begin of the writable data [S debug/buildinfo]. */
const SEARCHED = 64 * 1024;
const MAGIC = '\xff Go buildinf:';
const INLINE = 2;

/** Undefined for anything that is no such executable. Throws only what `readAt` throws. */
export function readGoModules(readAt: ReadAt): GoModules | undefined {
  const head = new Numbers(readAt(0, 64), true);
  for (const [position, length] of findSections(head, readAt)) {
    const text = latin1(readAt(position, Math.min(length, LONGEST)));
    for (let at = text.indexOf(MAGIC); at >= 0; at = text.indexOf(MAGIC, at + 1)) {
      const modules = at % 16 === 0 ? parseBuildInfo(text, at) : undefined;
      if (modules !== undefined) return modules;
    }
  }
  return undefined;
}

type Section = readonly [position: number, length: number];

function findSections(head: Numbers, readAt: ReadAt): readonly Section[] {
  if (head.text(0, 4) === '\x7fELF') return elfSections(head, readAt);
  if (head.u32(0) === 0xfeedfacf) return machSections(0, readAt);
  const big = new Numbers(head.bytes, false);
  if (big.u32(0) === 0xcafebabe) {
    const table = new Numbers(readAt(8, 20 * Math.min(big.u32(4), 8)), false);
    return Array.from({ length: table.length / 20 }, (_, at) => machSections(table.u32(20 * at + 8), readAt)).flat();
  }
  return head.text(0, 2) === 'MZ' ? peSections(head, readAt) : [];
}

function elfSections(head: Numbers, readAt: ReadAt): readonly Section[] {
  const wide = head.u8(4) === 2;
  const elf = new Numbers(head.bytes, head.u8(5) === 1);
  const [tableAt, size, count, namesIndex] = wide
    ? [elf.u64(0x28), elf.u16(0x3a), elf.u16(0x3c), elf.u16(0x3e)]
    : [elf.u32(0x20), elf.u16(0x2e), elf.u16(0x30), elf.u16(0x32)];
  const table = new Numbers(readAt(tableAt, size * count), elf.isLittle);
  const rangeOf = (at: number): Section =>
    wide ? [table.u64(at + 24), table.u64(at + 32)] : [table.u32(at + 16), table.u32(at + 20)];
  const names = count === 0 ? new Numbers(new Uint8Array(), true) : bytesOf(rangeOf(namesIndex * size), readAt);
  const named: Section[] = [];
  for (let at = 0; at + size <= table.length && size > 0; at += size)
    if (names.text(table.u32(at), 14) === '.go.buildinfo\0') named.push(rangeOf(at));
  return named.length > 0 ? named : elfWritableData(elf, wide, readAt);
}

/** Of an executable without section names. */
function elfWritableData(elf: Numbers, wide: boolean, readAt: ReadAt): readonly Section[] {
  const [tableAt, size, count] = wide
    ? [elf.u64(0x20), elf.u16(0x36), elf.u16(0x38)]
    : [elf.u32(0x1c), elf.u16(0x2a), elf.u16(0x2c)];
  const table = new Numbers(readAt(tableAt, size * count), elf.isLittle);
  const found: Section[] = [];
  for (let at = 0; at + size <= table.length && size > 0; at += size) {
    const flags = table.u32(at + (wide ? 4 : 24));
    if (table.u32(at) === 1 && (flags & 3) === 2) found.push([wide ? table.u64(at + 8) : table.u32(at + 4), SEARCHED]);
  }
  return found;
}

function machSections(start: number, readAt: ReadAt): readonly Section[] {
  const head = new Numbers(readAt(start, 32), true);
  if (head.u32(0) !== 0xfeedfacf) return [];
  const commands = new Numbers(readAt(start + 32, Math.min(head.u32(20), LONGEST)), true);
  const found: Section[] = [];
  for (let at = 0; at + 8 <= commands.length; at += Math.max(8, commands.u32(at + 4))) {
    const isSegment = commands.u32(at) === 0x19;
    for (let index = 0; isSegment && index < commands.u32(at + 64); index++) {
      const section = at + 72 + 80 * index;
      if (commands.text(section, 14) === '__go_buildinfo')
        found.push([start + commands.u32(section + 48), commands.u64(section + 40)]);
    }
  }
  return found;
}

function peSections(head: Numbers, readAt: ReadAt): readonly Section[] {
  const start = head.u32(0x3c);
  const header = new Numbers(readAt(start, 24), true);
  if (header.text(0, 4) !== 'PE\0\0') return [];
  const table = new Numbers(readAt(start + 24 + header.u16(20), 40 * Math.min(header.u16(6), 96)), true);
  const found: Section[] = [];
  for (let at = 0; at + 40 <= table.length; at += 40)
    if (/^\.(data|go\.buildinfo)?\0/.test(table.text(at, 8).padEnd(9, '\0')) || table.text(at, 5) === '.data')
      found.push([table.u32(at + 20), SEARCHED]);
  return found;
}

/** The magic, the size of a pointer, flags; then Go's version and the modules, each with its length before it. */
function parseBuildInfo(text: string, at: number): GoModules | undefined {
  if ((text.charCodeAt(at + 15) & INLINE) === 0) return undefined;
  const version = readString(text, at + 32);
  const info = version && readString(text, version.end);
  if (info === undefined) return undefined;
  const lines = info.value.slice(16, -16).split('\n');
  const words = lines.map((line) => line.split('\t'));
  return {
    main: words.find(([key]) => key === 'path')?.[1] ?? '',
    modules: words.flatMap(([key, path]) => (path !== undefined && /^(mod|dep|=>)$/.test(key ?? '') ? [path] : [])),
  };
}

function readString(text: string, at: number): { readonly value: string; readonly end: number } | undefined {
  let length = 0;
  for (let shift = 0, next = at; shift < 35; shift += 7, next++) {
    const byte = text.charCodeAt(next);
    if (Number.isNaN(byte)) return undefined;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte >= 0x80) continue;
    const end = next + 1 + length;
    return end > text.length ? undefined : { value: text.slice(next + 1, end), end };
  }
  return undefined;
}

const bytesOf = ([position, length]: Section, readAt: ReadAt): Numbers =>
  new Numbers(readAt(position, Math.min(length, LONGEST)), true);

const latin1 = (bytes: Uint8Array): string => PLAIN_BYTES.latin1(bytes, 0, bytes.length);

/** Numbers of a file; 0 where it has ended. */
class Numbers {
  readonly bytes: Uint8Array;
  readonly isLittle: boolean;

  constructor(bytes: Uint8Array, isLittle: boolean) {
    this.bytes = bytes;
    this.isLittle = isLittle;
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    return this.bytes[at] ?? 0;
  }

  u16(at: number): number {
    return this.number(at, 2);
  }

  u32(at: number): number {
    return this.number(at, 4);
  }

  /** Exact below 2^53, as all positions are. */
  u64(at: number): number {
    return this.number(at, 8);
  }

  text(at: number, length: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, at + length));
  }

  private number(at: number, size: number): number {
    let value = 0;
    for (let index = 0; index < size; index++)
      value += this.u8(at + index) * 256 ** (this.isLittle ? index : size - 1 - index);
    return value;
  }
}
