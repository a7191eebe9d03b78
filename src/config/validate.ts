/**
 * Holds a config against schema.json, the one description of the format: a walk over the part of JSON Schema (draft-07) that
 * it uses.
 *
 * Not ajv, although a test holds this against ajv on thousands of configs: compiled to code, ajv's validator costs every start
 * three milliseconds, this walk a few tenths; and a walk knows which part of the schema a mistake is about, so that
 * there is one problem for each mistake, and none for the branches of the schema that were never meant.
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

/** Every mistake in `value`, in the order of the schema; at most one for each value that is of no use at all. */
export function validate(value: Json, root: Schema): readonly Problem[] {
  const problems: Problem[] = [];
  const visit = (value: Json, reference: Schema, path: Path): void => {
    const schema = resolve(reference, root);
    const report = (keyword: Problem['keyword'], key?: string): void => {
      problems.push({ keyword, path, value, schema, ...(key !== undefined && { key }) });
    };
    const scalar = brokenByScalar(value, schema);
    if (scalar !== undefined) {
      report(scalar);
      return;
    }
    if (Array.isArray(value)) {
      if (value.length < (schema.minItems ?? 0)) report('minItems');
      if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) report('maxItems');
      if (schema.uniqueItems && new Set(value).size < value.length) report('uniqueItems');
      if (schema.contains && !value.some((item) => holds(item, schema.contains ?? {}, root))) report('contains');
      if (schema.items) for (const [index, item] of value.entries()) visit(item, schema.items, [...path, index]);
    } else if (isObject(value)) {
      const keys = Object.keys(value);
      if (keys.length < (schema.minProperties ?? 0)) report('minProperties');
      for (const key of schema.required ?? []) if (!Object.hasOwn(value, key)) report('missing', key);
      for (const key of keys) {
        const own = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
        const inner = own ?? schema.additionalProperties;
        if (inner === false) report(own === false ? 'excluded' : 'unknown', key);
        else if (inner !== undefined) visit(value[key] ?? null, inner, [...path, key]);
      }
    }
    const branches = [...(schema.allOf ?? []), branchOf(value, schema, root)];
    for (const branch of branches) if (branch) visit(value, { ...remarksOf(schema), ...resolve(branch, root) }, path);
  };
  visit(value, root, []);
  return problems;
}

/** What `if` decides for a value. */
const branchOf = (value: Json, schema: Schema, root: Schema): Schema | undefined =>
  schema.if && (holds(value, schema.if, root) ? schema.then : schema.else);

/** What a schema says to people it says for its branches too. */
const remarksOf = ({ title, examples }: Schema): Pick<Schema, 'title' | 'examples'> => ({
  ...(title !== undefined && { title }),
  ...(examples && { examples }),
});

const holds = (value: Json, schema: Schema, root: Schema): boolean =>
  validate(value, { ...schema, definitions: root.definitions ?? {} }).length === 0;

/** What is written beside a `$ref` (remarks, in schema.json) goes before what it refers to. */
export function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...beside } = schema;
  const target = root.definitions?.[$ref.slice('#/definitions/'.length)];
  if (target === undefined) throw new Error(`schema.json has no ${$ref}`);
  return { ...resolve(target, root), ...beside };
}

/** The first keyword about the value itself that it breaks. A value of a wrong type breaks nothing else. */
function brokenByScalar(
  value: Json,
  schema: Schema,
): 'type' | 'const' | 'enum' | 'pattern' | 'minimum' | 'maximum' | undefined {
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isOfType(value, type))) return 'type';
  if (schema.const !== undefined && value !== schema.const) return 'const';
  if (schema.enum !== undefined && !schema.enum.includes(value)) return 'enum';
  if (typeof value === 'string' && schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value))
    return 'pattern';
  if (typeof value === 'number' && value < (schema.minimum ?? value)) return 'minimum';
  if (typeof value === 'number' && value > (schema.maximum ?? value)) return 'maximum';
  return undefined;
}

function isOfType(value: Json, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'null') return value === null;
  return typeof value === type;
}
