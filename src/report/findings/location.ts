/** Where a finding stands in a repository, for the machines that show it there. */
import type { Finding } from '../../model/finding.ts';
import { formatResource } from '../../model/manifest.ts';

/** What is known of the repository that a run is in; absolute paths. */
export interface Checkout {
  /** Its folder. */
  readonly root?: string | undefined;
  /** The working directory. */
  readonly folder?: string | undefined;
}

export interface FilePlace {
  /** From the root of the repository, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What stands there, in words. */
  readonly what: string;
}

/** Which names of streams are files: `<stdin>` and `-` are not. */
const isFile = (name: string): boolean => name !== '-' && !/^<.*>$/.test(name);

/**
 * The places of a finding that are files of the repository, the best first: the line of the config, which is what people change; the line of the
 * chart's own file; the line of a stream that is a file.
 */
export function filePlacesOf(
  { config, source, resource, position }: Finding,
  checkout: Checkout,
): readonly FilePlace[] {
  const stream = resource?.document.stream.file;
  const places = [
    config && { ...config, what: config.hook === undefined ? 'the config' : `hook "${config.hook}" of the config` },
    source && {
      ...source,
      what: resource === undefined ? 'the template' : `the template of ${formatResource(resource)}`,
    },
    stream === undefined || position === undefined
      ? undefined
      : { file: stream, ...position, what: 'the stream that was read' },
  ];
  return places.flatMap((place) => {
    const file = place === undefined || !isFile(place.file) ? undefined : inRepository(place.file, checkout);
    return place === undefined || file === undefined
      ? []
      : [{ file, line: place.line, column: place.column, what: place.what }];
  });
}

/** A path as the repository knows it; undefined for what is outside. Without a known folder, a relative path is taken as it is. */
export function inRepository(path: string, { root, folder }: Checkout): string | undefined {
  const known = partsOf(folder ?? root ?? '');
  const top = partsOf(root ?? '');
  // A working directory outside of the repository says nothing of it.
  const base = top.length > 0 && startsWith(known, top) ? top : known;
  const isAbsolute = /^(?:\/|[A-Za-z]:[\\/])/.test(path);
  if (isAbsolute && base.length === 0) return undefined;
  const whole: string[] = isAbsolute ? [] : [...known];
  for (const part of partsOf(path)) {
    if (part !== '..') whole.push(part);
    else if (whole.pop() === undefined) return undefined;
  }
  return startsWith(whole, base) && whole.length > base.length ? whole.slice(base.length).join('/') : undefined;
}

const startsWith = (path: readonly string[], base: readonly string[]): boolean =>
  base.every((part, at) => path[at] === part);

const partsOf = (path: string): readonly string[] =>
  path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
