/** Configs out of text, for tests. */
import assert from 'node:assert/strict';
import { decodeConfig, type LoadedConfig, loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/model/config.ts';

/** Loads config files given as text, the first called `config.yaml`, then `config-2.yaml`, … */
export const load = (...texts: readonly string[]): LoadedConfig =>
  loadConfig(
    texts.flatMap((text, index) => {
      const documents = decodeConfig(Buffer.from(text), index === 0 ? 'config.yaml' : `config-${index + 1}.yaml`);
      assert.ok(!('code' in documents), 'the text is no config at all');
      return documents;
    }),
  );

/** A valid config: its head is added to the rest. */
export function configOf(...bodies: readonly string[]): Config {
  const { config, findings } = load(...bodies.map((body) => `apiVersion: hookorder.io/v1\nkind: HookOrder\n${body}`));
  assert.deepEqual(findings, []);
  assert.ok(config);
  return config;
}
