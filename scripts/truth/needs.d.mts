/** Types of needs.mjs, as far as tests use it. */
export function needsOf(spec: object): readonly {
  readonly kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim';
  readonly name: string;
  readonly key?: string;
}[];
