/** `hookorder schema`: the JSON Schema of the config, for editors and for other validators. */
import schema from '../config/schema.json';
import type { Arguments } from './arguments.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import type { System } from './system.ts';

export const schemaCommand = (): string => `${JSON.stringify(schema, undefined, 2)}\n`;

export const run = (_args: Arguments, system: System): number => deliver(schemaCommand(), EXIT.ok, system);
