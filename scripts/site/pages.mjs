// The pages of the site as text: values in, HTML out.
import { Marked } from 'marked';

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text) => String(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);

// What the texts of findings have in angle brackets is text.
// They link to the documentation beside docs/findings.md.
const DOCS = 'https://github.com/hookorder/hookorder/blob/main/docs/';
const marked = new Marked({
  renderer: { html: ({ text }) => escapeHtml(text) },
  walkTokens: (token) => {
    if (token.type === 'link' && /^[\w-]+\.md(#|$)/.test(token.href)) token.href = DOCS + token.href;
  },
});
const block = (markdown) => marked.parse(markdown);
const inline = (markdown) => marked.parseInline(markdown);
const plain = (markdown) => escapeHtml(markdown.replaceAll('`', ''));

/** `up` is the way to the site's root; `scripts` are the sources of scripts that the policy of the page allows. */
function page({ title, description, style, up, here, body, scripts = "'none'" }) {
  const entry = (name, href) => `<a href="${up}${href}"${here === name ? ' aria-current="page"' : ''}>${name}</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(description)}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src ${scripts}; base-uri 'none'; form-action 'none'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">to the content</a>
<header class="site"><a class="brand" href="${up}index.html">hookorder</a><nav aria-label="site">${entry('Playground', 'index.html')}${entry('Findings', 'findings/index.html')}</nav></header>
${body}
<footer class="page"><p>hookorder puts a Helm release's hooks in order. <a href="${up}licenses.txt">Licences</a></p></footer>
</body>
</html>
`;
}

/** JSON inside a script element that is no script. */
const data = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

const field = ({ id, label, note, placeholder, rows }) => `<div class="panel">
<div class="bar"><label for="${id}">${label}</label><span class="note" id="${id}-note">${note}</span><label class="button" for="${id}-file">Open a file<input class="hidden" type="file" id="${id}-file" accept=".yaml,.yml,.txt"${id === 'stream' ? ' multiple' : ''}></label></div>
<textarea id="${id}" rows="${rows}" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off" aria-describedby="${id}-note" placeholder="${escapeHtml(placeholder)}"></textarea>
</div>`;

const choice = (name, value, label, checked) =>
  `<label class="choice"><input type="radio" name="${name}" value="${value}"${checked ? ' checked' : ''}><span>${label}</span></label>`;

export function playgroundPage({ style, script, digest, examples }) {
  const options = examples.map(({ name, title }) => `<option value="${name}">${escapeHtml(title)}</option>`).join('');
  const body = `<main id="content">
<div class="lead"><h1>What will Helm run?</h1>
<p>Paste what <code>helm template</code> prints, and an ordering config if you have one. hookorder shows what runs, in which order, and what goes wrong. It all happens in this page: nothing leaves your browser.</p></div>
<noscript><p class="intro">The playground is a script: without it, use <code>hookorder plan</code>. The pages of the <a href="findings/index.html">findings</a> need none.</p></noscript>
<section class="input" aria-label="input">
<div class="bar settings"><label class="pick">Example <select id="example"><option value="">your own</option>${options}</select></label>
<fieldset class="choices"><legend class="hidden">deployer</legend>${choice('target', 'helm', 'Helm', true)}${choice('target', 'argocd', 'Argo CD', false)}</fieldset>
<label class="check"><input type="checkbox" id="wait"> <code>--wait</code></label>
<button type="button" id="share">Copy a link</button></div>
<div class="panels">
${field({ id: 'stream', label: 'Release', note: 'from <code>helm template</code>', placeholder: 'helm template shop ./chart', rows: 16 })}
${field({ id: 'config', label: 'hookorder.yaml', note: 'may be empty', placeholder: 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: []', rows: 16 })}
</div>
<p id="status" role="status"></p>
</section>
<section id="result" aria-label="result" hidden>
<div class="bar"><fieldset class="choices"><legend class="hidden">view</legend>${choice('view', 'timeline', 'Timeline', true)}${choice('view', 'text', 'Text', false)}${choice('view', 'changes', 'Changes', false)}</fieldset>
<button type="button" class="patched" id="copy">Copy the ordered release</button><button type="button" class="patched" id="save">Save it</button></div>
<div id="view-timeline"></div>
<div id="view-text" hidden><pre tabindex="0"></pre></div>
<div id="view-changes" hidden><p id="changes-note" class="note"></p><pre tabindex="0"></pre></div>
</section>
</main>
<script type="application/json" id="examples">${data(examples)}</script>
<script>${script}</script>`;
  return page({
    title: 'hookorder: what will Helm run?',
    description: 'See in which order Helm runs the hooks of a release, and what goes wrong, in your browser.',
    style,
    up: '',
    here: 'Playground',
    body,
    scripts: digest,
  });
}

const SHAPES = { error: '✕', warning: '▲', info: 'i' };
/** A severity as a word with a shape before it: colour only repeats it. */
const severityOf = (severity) =>
  `<span class="severity ${severity}"><span aria-hidden="true">${SHAPES[severity]}</span> ${severity}</span>`;

export function findingsPage({ style, families, findings, causes }) {
  const codes = [...findings];
  const row = (code, title, severity) =>
    `<li><a href="${code}.html"><code>${code}</code></a> ${severity === undefined ? '' : severityOf(severity)}<span class="title">${inline(title)}</span></li>`;
  const sections = Object.entries(families).map(
    ([family, title]) =>
      `<section><h2 id="${family}">${inline(title)}</h2><ul class="codes">${codes
        .filter(([code]) => code.startsWith(`${family}/`))
        .map(([code, { title: own, severity }]) => row(code, own, severity))
        .join('')}</ul></section>`,
  );
  const running = [...causes].map(([code, { title }]) => row(code, title)).join('');
  const body = `<main id="content" class="reading wide">
<h1>Findings</h1>
<p>What hookorder has to say about a release. ${severityOf('error')} this will go wrong for certain. ${severityOf('warning')} it will go wrong in a situation that is likely, and that the finding names. ${severityOf('info')} worth knowing.</p>
${sections.join('\n')}
<section><h2 id="run">While Helm runs (<code>watch</code>, <code>why</code>)</h2><ul class="codes">${running}</ul></section>
</main>`;
  return page({
    title: 'Findings of hookorder',
    description: 'Every finding of hookorder: what happens in the cluster, and the fix.',
    style,
    up: '../',
    here: 'Findings',
    body,
  });
}

const yaml = (title, text) => `<h2>${title}</h2><pre tabindex="0">${escapeHtml(text)}</pre>`;

export function findingPage({ style, code, finding, link, families }) {
  const { severity, title, otherwise, what, before, after, resolve, ignore } = finding;
  const [family] = code.split('/');
  const others = Object.entries(otherwise).map(([other, when]) => `; ${other} ${inline(when)}`);
  const body = `<main id="content" class="reading">
<p class="eyebrow"><a href="../index.html#${family}">${inline(families[family])}</a></p>
<h1>${inline(title)}</h1>
<p><code>${code}</code> ${severityOf(severity)}${others.join('')}</p>
${block(what)}
${yaml('Before', before)}
${link === undefined ? '' : `<p><a href="${link}">See it in the playground</a></p>`}
${yaml('After', after)}
<h2>Fix</h2>
${block(resolve)}
<h2>When to ignore it</h2>
${block(ignore)}
</main>`;
  return codePage({ style, code, title, body });
}

export function causePage({ style, code, cause }) {
  const { title, lint, what, resolve } = cause;
  const links = lint.map((each) => `<a href="../${each}.html"><code>${each}</code></a>`).join(', ');
  const body = `<main id="content" class="reading">
<p class="eyebrow"><a href="../index.html#run">While Helm runs</a></p>
<h1>${inline(title)}</h1>
<p><code>${code}</code></p>
${block(what)}
<h2>Fix</h2>
${block(resolve)}
${lint.length === 0 ? '' : `<p>lint tells it beforehand as ${links}.</p>`}
</main>`;
  return codePage({ style, code, title, body });
}

/** The page of one code, two folders down. */
const codePage = ({ style, code, title, body }) =>
  page({
    title: `${code}: ${title.replaceAll('`', '')}`,
    description: plain(title),
    style,
    up: '../../',
    here: 'Findings',
    body,
  });
