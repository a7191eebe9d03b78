// The playground's page: what is typed, dropped or chosen goes to src/playground.ts, and what it says goes onto the page.
//
// Nothing leaves the browser: the page's policy allows no connection at all. The state is in the part of the address behind the #, which
// browsers do not send.
import { present } from '../../src/playground.ts';
import { decodeState, encodeState } from './state.mjs';

const element = (id) => document.getElementById(id);
const [stream, config, wait, status, result] = ['stream', 'config', 'wait', 'status', 'result'].map(element);
const EXAMPLES = JSON.parse(element('examples').textContent);
const explain = (code) => `findings/${code}.html`;

const given = () => ({
  stream: stream.value,
  config: config.value,
  target: document.querySelector('[name=target]:checked').value,
  wait: wait.checked,
});

function fill({ stream: text = '', config: order = '', target = 'helm', wait: waits = false }) {
  stream.value = text;
  config.value = order;
  wait.checked = waits;
  for (const choice of document.querySelectorAll('[name=target]')) choice.checked = choice.value === target;
  draw();
}

let patched;

function draw() {
  const shown = look();
  result.hidden = shown === undefined;
  if (shown === undefined) return;
  const { headline, isOrdered, timeline, text, output, changes } = shown;
  status.textContent = headline;
  status.className = isOrdered ? 'good' : 'bad';
  element('view-timeline').innerHTML = timeline;
  element('view-text').querySelector('pre').textContent = text;
  drawChanges(changes, output);
  patched = output;
  for (const button of document.querySelectorAll('.patched')) button.hidden = output === undefined;
}

function look() {
  try {
    const shown = present(given(), explain);
    if (shown === undefined) status.textContent = '';
    return shown;
  } catch (error) {
    status.className = 'bad';
    status.textContent = `This is a fault of hookorder: ${error.message}`;
    return undefined;
  }
}

function drawChanges(changes, output) {
  const note =
    output === undefined
      ? 'Refused: nothing leaves hookorder, and Helm sends nothing to the cluster. The timeline has the errors.'
      : changes === ''
        ? 'The stream leaves as it came in, byte for byte.'
        : '';
  element('changes-note').textContent = note;
  const lines = changes.split('\n').map((line) => {
    const row = document.createElement('span');
    row.className = line.startsWith('+')
      ? 'added'
      : line.startsWith('-')
        ? 'removed'
        : line.startsWith('@')
          ? 'place'
          : '';
    row.textContent = `${line}\n`;
    return row;
  });
  element('view-changes')
    .querySelector('pre')
    .replaceChildren(...(changes === '' ? [] : lines));
}

/** Typing is drawn when it pauses. */
let timer;
function drawSoon() {
  clearTimeout(timer);
  timer = setTimeout(draw, 250);
}

for (const field of [stream, config])
  field.addEventListener('input', () => {
    element('example').value = '';
    drawSoon();
  });
for (const field of [wait, ...document.querySelectorAll('[name=target]')]) field.addEventListener('change', draw);

element('example').addEventListener('change', ({ target }) => {
  const example = EXAMPLES.find(({ name }) => name === target.value);
  if (example === undefined) return;
  history.replaceState(null, '', `#example=${example.name}`);
  fill(example);
});

for (const view of document.querySelectorAll('[name=view]')) view.addEventListener('change', chooseView);
function chooseView() {
  for (const view of document.querySelectorAll('[name=view]')) element(`view-${view.value}`).hidden = !view.checked;
}

// Files: by the button, or dropped on a field.
for (const field of [stream, config]) {
  const picker = element(`${field.id}-file`);
  const take = async (files) => {
    if (files.length === 0) return;
    field.value = (await Promise.all([...files].map((file) => file.text()))).join('\n---\n');
    element('example').value = '';
    draw();
  };
  picker.addEventListener('change', async () => {
    await take(picker.files);
    picker.value = '';
  });
  const panel = field.closest('.panel');
  panel.addEventListener('dragover', (event) => {
    event.preventDefault();
    panel.classList.add('over');
  });
  panel.addEventListener('dragleave', () => panel.classList.remove('over'));
  panel.addEventListener('drop', (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    panel.classList.remove('over');
    take(event.dataTransfer.files);
  });
}
// A file that misses the fields must not replace the page.
for (const type of ['dragover', 'drop'])
  addEventListener(type, (event) => {
    if (!event.target.closest?.('.panel')) event.preventDefault();
  });

/** Says for a moment what a button did. */
function say(button, words) {
  const own = button.textContent;
  button.textContent = words;
  setTimeout(() => {
    button.textContent = own;
  }, 1500);
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    say(button, 'Copied');
  } catch {
    say(button, 'The browser does not allow it');
  }
}

element('share').addEventListener('click', async ({ currentTarget }) => {
  history.replaceState(null, '', `#s=${await encodeState(given())}`);
  await copy(currentTarget, location.href);
});
element('copy').addEventListener('click', ({ currentTarget }) => copy(currentTarget, patched));
element('save').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([patched], { type: 'application/yaml' }));
  link.download = 'ordered.yaml';
  link.click();
  URL.revokeObjectURL(link.href);
});

/** What the address says: a state, an example, or the first example. Other addresses are places on the page. */
async function open() {
  const [, kind, value] = /^#(s|example)=(.*)$/.exec(location.hash) ?? [];
  if (kind === 's') {
    const state = await decodeState(value);
    if (state !== undefined) return fill(state);
    status.className = 'bad';
    status.textContent = 'The link is damaged: nothing can be read from it.';
    return undefined;
  }
  const example = EXAMPLES.find(({ name }) => name === value) ?? EXAMPLES[0];
  element('example').value = example.name;
  return fill(example);
}

addEventListener('hashchange', () => {
  if (/^#(s|example)=/.test(location.hash)) open();
});
chooseView();
open();
