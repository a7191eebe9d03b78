// Compiles the config's JSON Schema with ajv into src/config/accepts.generated.js, so that a start pays neither for ajv nor
// for compiling. The code only says yes or no: on a no, src/config/validate.ts finds the mistakes and src/config/explain.ts the words.
// So what is for people is taken out of the schema before, and the errors out of the code behind: every start reads it.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'config');
const TARGET = join(FOLDER, 'accepts.generated.js');

const FOR_PEOPLE = ['$id', 'title', 'description', 'examples', 'default'];

/** The schema without annotations. `named`: the keys of `value` are names, not keywords. */
function bare(value, named = false) {
  if (Array.isArray(value)) return value.map((item) => bare(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => named || !FOR_PEOPLE.includes(key))
      .map(([key, inner]) => [key, bare(inner, !named && (key === 'properties' || key === 'definitions'))]),
  );
}

export async function compileSchema() {
  const schema = bare(JSON.parse(await readFile(join(FOLDER, 'schema.json'), 'utf8')));
  const ajv = new Ajv({
    code: { source: true, esm: true },
    messages: false,
    strictTypes: false,
    unicode: false,
    logger: false,
  });
  const code = standalone
    .default(ajv, ajv.compile(schema))
    .replaceAll(/(?<=const err\d+ = )\{instancePath[^\n]*?\}(?=;)/g, '0')
    .replaceAll(/(?<=validate\d+\.errors = )\[\{instancePath[^\n]*?\}\](?=;)/g, '[0]');
  if (code.includes('schemaPath')) throw new Error('ajv writes errors in another way now');
  const fresh = `${TARGET}.${process.pid}`;
  await writeFile(fresh, `// Made from schema.json by scripts/compile-schema.mjs.\n${code}\n`);
  await rename(fresh, TARGET);
}
