/** `hookorder schema`: the JSON Schema of the config, for editors and for other validators. */
import schema from '../config/schema.json';

export const schemaCommand = (): string => `${JSON.stringify(schema, undefined, 2)}\n`;
