// Takes the signature out of an executable for Intel Macs, as `codesign --remove-signature` does.
//
// Bun signs its executables for Apple's processors anew (ad hoc) when it puts a program into them. Those for Intel keep the signature of Bun itself, which does
// not fit any more and asks for the hardened runtime, so macOS would kill them. Unsigned ones run there.

const SEGMENT = 0x19;
const SIGNATURE = 0x1d;
const HEADER = 32;

/** The file without its signature, which must be the last load command and the end of the file, where Apple's linker puts it. */
export function unsignMachO(file) {
  if (file.readUInt32LE(0) !== 0xfeedfacf) throw new Error('not a Mach-O file of 64 bits');
  const [count, length] = [file.readUInt32LE(16), file.readUInt32LE(20)];
  let at = HEADER;
  let linkedit;
  for (let index = 0; index < count - 1; index++) {
    const name = file.toString('latin1', at + 8, at + 24).replaceAll('\0', '');
    if (file.readUInt32LE(at) === SEGMENT && name === '__LINKEDIT') linkedit = at;
    at += file.readUInt32LE(at + 4);
  }
  const [command, size, start, bytes] = [0, 4, 8, 12].map((offset) => file.readUInt32LE(at + offset));
  if (command !== SIGNATURE || linkedit === undefined || start + bytes !== file.length)
    throw new Error('the signature is not at the end of this file');
  const unsigned = Buffer.from(file.subarray(0, start));
  unsigned.writeUInt32LE(count - 1, 16);
  unsigned.writeUInt32LE(length - size, 20);
  unsigned.fill(0, at, at + size);
  unsigned.writeBigUInt64LE(unsigned.readBigUInt64LE(linkedit + 48) - BigInt(bytes), linkedit + 48);
  return unsigned;
}
