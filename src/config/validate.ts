/**
 * Finds the mistakes of a config that schema.json rejects: a walk over the part of JSON Schema (draft-07) that it uses.
 *
 * ajv decides whether a config is accepted (accepts.generated.js). But ajv reports an error for every branch of the schema that it tried. This walk
 * reports one problem for each mistake. A test checks that both accept the same configs.
 */
import { isObject, type Json, type Path } from '../model/json.ts';

/** The keywords that schema.json uses; `const`, `enum` and `uniqueItems` only for scalars. */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly examples?: readonly Json[];
  readonly type?: string | readonly string[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly minLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly contains?: Schema;
  readonly items?: Schema;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema | false>>;
  readonly additionalProperties?: Schema | false;
  readonly allOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** One mistake: what at `path` breaks which keyword of which part of the schema. */
export interface Problem {
  readonly keyword: 'unknown' | 'missing' | 'excluded' | Exclude<keyof Schema, '$ref' | 'title' | 'examples'>;
  readonly path: Path;
  readonly value: Json;
  readonly schema: Schema;
  /** The key that is unknown, missing or excluded. */
  readonly key?: string;
}

/** Every mistake in `value`, in the order of the schema; one and no more for a value that is of no use at all. */
export function validate(value: Json, root: Schema): readonly Problem[] {
  const problems: Problem[] = [];
  visit({ root, problems }, value, root, []);
  return problems;
}

interface Walk {
  readonly root: Schema;
  readonly problems: Problem[];
}

/** `reference` may be a `$ref`; `owner` is the schema that it is a branch of. */
function visit(walk: Walk, value: Json, reference: Schema, path: Path, owner?: Schema): void {
  const schema = resolve(reference, walk.root);
  const report = (keyword: Problem['keyword'], key?: string): void => {
    const told = { ...remarksOf(owner), ...schema, ...remarksOf(reference) };
    walk.problems.push({ keyword, path, value, schema: told, ...(key !== undefined && { key }) });
  };
  const broken = brokenByScalar(value, schema);
  if (broken !== undefined) {
    report(broken);
    return;
  }
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems) report('minItems');
    if (schema.maxItems !== undefined && value.length > schema.maxItems) report('maxItems');
    if (schema.uniqueItems && new Set(value).size < value.length) report('uniqueItems');
    const { contains, items } = schema;
    if (contains && !value.some((item) => holds(item, contains, walk.root))) report('contains');
    if (items) for (const [index, item] of value.entries()) visit(walk, item, items, [...path, index]);
  } else if (isObject(value)) {
    const keys = Object.keys(value);
    if (schema.minProperties !== undefined && keys.length < schema.minProperties) report('minProperties');
    for (const key of schema.required ?? []) if (!Object.hasOwn(value, key)) report('missing', key);
    for (const key of keys) {
      const own = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
      const inner = own ?? schema.additionalProperties;
      if (inner === false) report(own === false ? 'excluded' : 'unknown', key);
      else if (inner !== undefined) visit(walk, value[key] ?? null, inner, [...path, key]);
    }
  }
  for (const part of schema.allOf ?? []) visit(walk, value, part, path, schema);
  if (schema.if) {
    const branch = holds(value, schema.if, walk.root) ? schema.then : schema.else;
    if (branch) visit(walk, value, branch, path, schema);
  }
}

function holds(value: Json, schema: Schema, root: Schema): boolean {
  const problems: Problem[] = [];
  visit({ root, problems }, value, schema, []);
  return problems.length === 0;
}

/** The schema that a `$ref` means. What stands beside it is for people. */
export function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = root.definitions?.[schema.$ref.slice('#/definitions/'.length)];
  if (target === undefined) throw new Error(`schema.json has no ${schema.$ref}`);
  return target;
}

/** The nearest remark counts: beside a `$ref`, else in the schema itself, else in the schema that it is a branch of. */
const remarksOf = ({ title, examples }: Schema = {}): Pick<Schema, 'title' | 'examples'> => ({
  ...(title !== undefined && { title }),
  ...(examples && { examples }),
});

/** The first keyword about the value itself that it breaks. A value of a wrong type breaks nothing else. */
function brokenByScalar(
  value: Json,
  schema: Schema,
): 'type' | 'const' | 'enum' | 'minLength' | 'pattern' | 'minimum' | 'maximum' | undefined {
  if (schema.type !== undefined && !isOfTypes(value, schema.type)) return 'type';
  if (schema.const !== undefined && value !== schema.const) return 'const';
  if (schema.enum !== undefined && !schema.enum.includes(value)) return 'enum';
  if (typeof value === 'string') {
    if (schema.minLength !== undefined && value.length < schema.minLength) return 'minLength';
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) return 'pattern';
  }
  if (typeof value === 'number' && value < (schema.minimum ?? value)) return 'minimum';
  if (typeof value === 'number' && value > (schema.maximum ?? value)) return 'maximum';
  return undefined;
}

const isOfTypes = (value: Json, types: string | readonly string[]): boolean =>
  typeof types === 'string' ? isOfType(value, types) : types.some((type) => isOfType(value, type));

function isOfType(value: Json, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'null') return value === null;
  return typeof value === type;
}
