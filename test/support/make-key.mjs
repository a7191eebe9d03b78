// node make-key.mjs FOLDER: writes a throw-away OpenPGP key as the two files that Helm reads, secring.gpg and pubring.gpg.
// A program of its own, because openpgp cannot be bundled into a test.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKey } from 'openpgp';

const [folder] = process.argv.slice(2);
const { privateKey, publicKey } = await generateKey({
  userIDs: [{ name: 'test', email: 'test@example.com' }],
  type: 'rsa',
  rsaBits: 2048,
  format: 'binary',
});
writeFileSync(join(folder, 'secring.gpg'), privateKey);
writeFileSync(join(folder, 'pubring.gpg'), publicKey);
