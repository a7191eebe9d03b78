// Compiles the config's JSON Schema with @exodus/schemasafe into src/config/accepts.generated.js, so that a start pays neither for a
// validator nor for compiling. The code only says yes or no: on a no, src/config/validate.ts finds the mistakes and src/config/explain.ts the
// words. (ajv, which tests hold it against, makes three times the code, and every start would read it.)
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validator } from '@exodus/schemasafe';

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'config');
const TARGET = join(FOLDER, 'accepts.generated.js');

export async function compileSchema() {
  const schema = JSON.parse(await readFile(join(FOLDER, 'schema.json'), 'utf8'));
  // `lax`: titles, examples and the like are for people.
  const code = validator(schema, { mode: 'lax', allowUnusedKeywords: true }).toModule();
  const fresh = `${TARGET}.${process.pid}`;
  await writeFile(fresh, `// Made from schema.json by scripts/compile-schema.mjs.\nexport default ${code};\n`);
  await rename(fresh, TARGET);
}
