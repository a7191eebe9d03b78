// Makes site/: the playground, and a page for each finding and cause. Files only: any server of files can have it, and so can a folder.
//
//   npm run site                 into site/
//   npm run site -- --out DIR --skip-build    elsewhere; from the library that is in dist/
//
//   index.html                   the playground: one page with everything in it, which asks for nothing from the network
//   licenses.txt                 of the packages in the playground
//   findings/index.html          all findings and causes
//   findings/FAMILY/CODE.html    what one means; `run/` are the causes of watch
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildExecutable, DIST, ROOT } from './build.mjs';
import { readCauses, readFindings } from './knowledge.mjs';
import { thirdPartyLicenses } from './licenses.mjs';
import { causePage, findingPage, findingsPage, playgroundPage } from './site/pages.mjs';
import { encodeState } from './site/state.mjs';

const HERE = join(ROOT, 'scripts', 'site');
const CHARTS = join(ROOT, 'testdata', 'charts');

/** The playground's examples; `stream` and `config` are files of testdata/charts. */
const EXAMPLES = [
  {
    name: 'ordered-release',
    title: 'A shop: schema, migration, smoke test, backup',
    stream: 'ordered-release/golden/stream.yaml',
    config: 'ordered-release/hookorder.yaml',
  },
  {
    name: 'refused',
    title: 'The same shop, refused: hooks without what they need',
    stream: 'ordered-release/golden/stream.yaml',
    config: 'ordered-release/hookorder.yaml',
    without: /^ *dependencies: copy\n/gm,
  },
  {
    name: 'mistakes',
    title: 'A chart with hooks of its own, and no config',
    stream: 'ordered-release/golden/mistakes.stream.yaml',
  },
  {
    name: 'atlas-migration',
    title: 'A migration with Atlas, under a new name each time',
    stream: 'atlas-migration/golden/stream.yaml',
    config: 'atlas-migration/hookorder.yaml',
  },
  {
    name: 'keycloak-postgresql-ha',
    title: 'Keycloak on a PostgreSQL that the release brings',
    stream: 'keycloak-postgresql-ha/golden/stream.yaml',
    config: 'keycloak-postgresql-ha/hookorder.yaml',
  },
  {
    name: 'optscale-migrations',
    title: 'Eight migrations of OptScale, one after the other',
    stream: 'optscale-migrations/golden/stream.yaml',
    config: 'optscale-migrations/hookorder.yaml',
  },
];

const readExample = async ({ name, title, stream, config, without }) => {
  const order = config === undefined ? '' : await readFile(join(CHARTS, config), 'utf8');
  return {
    name,
    title,
    stream: await readFile(join(CHARTS, stream), 'utf8'),
    config: without === undefined ? order : order.replaceAll(without, ''),
  };
};

/** Bundles for a browser, in ASCII, as one text. */
async function bundle(file, format = 'iife') {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [file],
    bundle: true,
    write: false,
    format,
    platform: 'browser',
    target: 'es2022',
    mainFields: ['module', 'main'],
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
    minify: true,
  });
  return outputFiles[0].text;
}

/** The style sheet and the script of the page of `plan -o html`, which the playground has too. */
async function planPage() {
  const text = await bundle(join(ROOT, 'src', 'report', 'plan', 'html', 'assets.ts'), 'esm');
  return import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
}

const digestOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A link to the playground with the example of a finding; undefined where the finding cannot be seen there. */
async function tryIt(library, code, example) {
  const target = code.startsWith('argocd/') ? 'argocd' : 'helm';
  const { findings } = library.orderRelease(example, { check: 'all', target });
  return findings.some((finding) => finding.code === code)
    ? `../../index.html#s=${await encodeState({ stream: `${example}\n`, target })}`
    : undefined;
}

async function buildSite(out) {
  const library = await import(pathToFileURL(join(DIST, 'library.js')).href);
  const { STYLE, SCRIPT } = await planPage();
  const own = await readFile(join(HERE, 'style.css'), 'utf8');
  const style = `${STYLE}${own}`;
  const pages = new Map();

  const script = `${SCRIPT}${await bundle(join(HERE, 'playground.mjs'))}`.replaceAll('</script', '<\\/script');
  const examples = await Promise.all(EXAMPLES.map(readExample));
  pages.set('index.html', playgroundPage({ style, script, digest: digestOf(script), examples }));

  const { families, findings } = await readFindings();
  const causes = await readCauses(findings);
  pages.set('findings/index.html', findingsPage({ style, families, findings, causes }));
  for (const [code, finding] of findings)
    pages.set(
      `findings/${code}.html`,
      findingPage({ style, code, finding, link: await tryIt(library, code, finding.before), families }),
    );
  for (const [code, cause] of causes) pages.set(`findings/${code}.html`, causePage({ style, code, cause }));

  pages.set('licenses.txt', await thirdPartyLicenses());
  for (const [name, text] of pages) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await writeFile(join(out, name), text);
  }
  return [...pages.keys()];
}

/** Empties a folder that this script filled before; anything else stays untouched, and is an error. */
async function clear(out) {
  const entries = await readdir(out).catch(() => []);
  if (entries.length === 0) return;
  const own = ['findings', 'index.html', 'licenses.txt'];
  if (!entries.includes('index.html') || !entries.every((name) => own.includes(name)))
    throw new Error(`${out} has files that are not of a site: name another folder`);
  await rm(out, { recursive: true });
}

const { values } = parseArgs({
  options: { out: { type: 'string', default: join(ROOT, 'site') }, 'skip-build': { type: 'boolean' } },
});
const out = resolve(values.out);
await clear(out);
if (!values['skip-build']) await buildExecutable();
const pages = await buildSite(out);
console.error(`site: ${pages.length} files in ${out}`);
