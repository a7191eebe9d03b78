// Compiles the config's JSON Schema with ajv into src/config/accepts.generated.js, so that a start pays neither for ajv nor
// for compiling. The code only says yes or no: on a no, src/config/validate.ts finds the mistakes and src/config/explain.ts the words.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'config');
const TARGET = join(FOLDER, 'accepts.generated.js');

export async function compileSchema() {
  const schema = JSON.parse(await readFile(join(FOLDER, 'schema.json'), 'utf8'));
  const ajv = new Ajv({ code: { source: true, esm: true }, messages: false, strictTypes: false, unicode: false });
  const code = standalone.default(ajv, ajv.compile(schema));
  const fresh = `${TARGET}.${process.pid}`;
  await writeFile(fresh, `// Made from schema.json by scripts/compile-schema.mjs.\n${code}\n`);
  await rename(fresh, TARGET);
}
