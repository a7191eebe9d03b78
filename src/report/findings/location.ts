/** Which names of streams are files: `<stdin>` and `-` are not, and nobody can open them. */
export const isFile = (name: string): boolean => name !== '-' && !/^<.*>$/.test(name);
