/** Reads the one kind of object that Helm sends as protobuf, the Secret in which it keeps a release. */
import type { KubernetesObject } from './cluster.ts';

/** Field number to its length-delimited values; other wire types hold nothing that is needed here. */
function fieldsOf(bytes: Buffer): Map<number, Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) varint();
    else if ((tag & 7) === 2) {
      const length = varint();
      fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), bytes.subarray(at, at + length)]);
      at += length;
    } else throw new Error(`protobuf wire type ${tag & 7}`);
  }
  return fields;
}

const empty = Buffer.alloc(0);
const first = (fields: Map<number, Buffer[]>, number: number): Buffer => fields.get(number)?.[0] ?? empty;
const mapOf = (entries: readonly Buffer[] | undefined, encoding: 'utf8' | 'base64'): Record<string, string> =>
  Object.fromEntries(
    (entries ?? []).map(fieldsOf).map((entry) => [first(entry, 1).toString(), first(entry, 2).toString(encoding)]),
  );

/** `k8s\0`, then runtime.Unknown {raw = 2} around v1.Secret {metadata = 1, data = 2, type = 3}. */
export function readSecret(body: Buffer): KubernetesObject {
  const secret = fieldsOf(first(fieldsOf(body.subarray(4)), 2));
  const metadata = fieldsOf(first(secret, 1));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: first(metadata, 1).toString(), labels: mapOf(metadata.get(11), 'utf8') },
    data: mapOf(secret.get(2), 'base64'),
    type: first(secret, 3).toString(),
  };
}
