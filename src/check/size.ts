/** Whether a release still fits into the Secret in which Helm stores it. */
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { RELEASE_SECRET_LIMIT } from '../model/helm.ts';

/** From here on a larger chart or one more copy may be too much: the Secret holds the chart's own files as well. */
const NEAR = 0.7;
/** Helm encodes the compressed release in base64 before it goes into the Secret [S pkg/storage/driver/util.go]. */
const BASE64 = 4 / 3;

/** `before` and `after`: how long the manifests are, compressed, without and with what hookorder adds. Asked only when it may matter. */
export function checkReleaseSize(bytes: number, before: () => number, after: () => number): readonly Finding[] {
  // Not even data that does not compress at all could come near.
  if (bytes * BASE64 < NEAR * RELEASE_SECRET_LIMIT) return [];
  const stored = after() * BASE64;
  if (stored < NEAR * RELEASE_SECRET_LIMIT) return [];
  const added = stored - before() * BASE64;
  const share = Math.round((stored / RELEASE_SECRET_LIMIT) * 100);
  return [
    {
      code: 'release/too-large',
      severity: SEVERITIES['release/too-large'],
      message: `the manifests alone take ${kib(stored)} of the ${kib(RELEASE_SECRET_LIMIT)} that Helm may store of a release (${share} %), ${kib(added)} of it added by hookorder; the chart's own files come on top`,
      hint: 'split the release, move large data out of the chart, or copy fewer dependencies',
    },
  ];
}

const kib = (bytes: number): string => `${Math.max(0, Math.ceil(bytes / 1024))} KiB`;
