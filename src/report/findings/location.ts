/** Which names of streams are files: `<stdin>` and `-` are not. */
export const isFile = (name: string): boolean => name !== '-' && !/^<.*>$/.test(name);
