// The plugin.yaml of a package with an executable of its own, from that of the package for Node.
export function yamlForExecutable(yaml, { program, version }) {
  const changed = yaml
    .replace(/^version: .*$/m, `version: ${version}`)
    .replace(
      /command: node\n( *)args: \["\$\{HELM_PLUGIN_DIR\}\/[^"]*hookorder\.cjs"(?:, )?/,
      `command: \${HELM_PLUGIN_DIR}/${program}\n$1args: [`,
    )
    .replace(/\n *args: \[\]/, '')
    // There is nothing to bring.
    .replace(/^ {2}platformHooks:\n(?: {4}.*\n)+/m, '');
  if (changed.includes('node')) throw new Error(`this plugin.yaml still names Node:\n${changed}`);
  return changed;
}
