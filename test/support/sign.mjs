// node sign.mjs KEYS FOLDER: makes a throw-away OpenPGP key, writes its public half to KEYS/pubring.gpg as Helm reads it, and signs the packages in FOLDER.
// A program of its own, because openpgp cannot be bundled into a test.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCleartextMessage, generateKey, sign } from 'openpgp';

const [keys, folder] = process.argv.slice(2);
const { privateKey, publicKey } = await generateKey({
  userIDs: [{ name: 'test', email: 'test@example.com' }],
  type: 'rsa',
  rsaBits: 2048,
  format: 'object',
});
writeFileSync(join(keys, 'pubring.gpg'), publicKey.write());
writeFileSync(join(keys, 'secring.gpg'), privateKey.write());
for (const name of readdirSync(folder).filter((file) => file.endsWith('.unsigned'))) {
  const message = await createCleartextMessage({ text: readFileSync(join(folder, name), 'utf8') });
  writeFileSync(join(folder, name.replace('.unsigned', '.prov')), await sign({ message, signingKeys: privateKey }));
  rmSync(join(folder, name));
}
