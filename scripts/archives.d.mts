export interface ArchivedFile {
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}
export function readTgz(tgz: Buffer): ArchivedFile[];
export function fileOfTgz(tgz: Buffer, name: string): Buffer | undefined;
export function fileOfZip(zip: Buffer, name: string): Buffer | undefined;
export function writeTgz(folder: string, prefix?: string): Buffer;
