/** What is wrong with a config that schema.json rejects. A unit of its own, because most configs are valid. */
import type { JsonObject } from '../model/json.ts';
import { type Explanation, explainProblems } from './explain.ts';
import schemaJson from './schema.json';
import { type Schema, validate } from './validate.ts';

const SCHEMA = schemaJson as Schema;

/** At least one, in the order of the schema. */
export function findMistakes(config: JsonObject): readonly Explanation[] {
  const problems = validate(config, SCHEMA);
  if (problems.length === 0) throw new Error('schema.json rejects a config in which no mistake can be found');
  return explainProblems(problems, config, SCHEMA);
}
