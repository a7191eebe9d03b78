/** True for a config that schema.json accepts. Made by scripts/compile-schema.mjs when hookorder is built. */
export default function accepts(config: unknown): boolean;
