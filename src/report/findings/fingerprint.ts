/** What a finding is known by from run to run: not by its line, which moves, and not by a name that a run makes. */
import type { Finding } from '../../model/finding.ts';
import { formatPath } from '../../model/json.ts';
import { sha256 } from '../../model/sha256.ts';

/** Sixteen hex digits. */
export function fingerprint({ code, resource, path = [], config, message }: Finding): string {
  const about =
    resource === undefined
      ? [message]
      : [resource.kind, resource.namespace ?? '', resource.baseName, resource.template ?? '', formatPath(path)];
  const text = JSON.stringify([code, config?.hook ?? '', ...about]);
  return sha256(utf8(text)).slice(0, 16);
}

/** JSON has no half characters, which have no UTF-8. */
const utf8 = (json: string): Uint8Array =>
  Uint8Array.from(
    encodeURIComponent(json).replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    (character) => character.charCodeAt(0),
  );
