// The comment of a pull request: one for each release, rewritten by each push.
import { readFileSync } from 'node:fs';

/** GitHub's limit is 65536 characters. */
const LONGEST = 65_000;
const TOO_LONG = '_The rest is too long for a comment: the summary of the run has it._';

/** Undefined when there is a comment now, or nothing to comment on; else why there is none. Never throws: a comment that fails is no reason to stop a pipeline. */
export async function commentOnPullRequest(sections, release, env) {
  const { COMMENT = 'true', TOKEN = '', GITHUB_REPOSITORY, GITHUB_API_URL = 'https://api.github.com' } = env;
  const number = pullRequestOf(env);
  if (COMMENT === 'false' || TOKEN === '' || !GITHUB_REPOSITORY || number === undefined) return undefined;
  const marker = `<!-- hookorder ${release.replaceAll(/[^\w.-]/g, '_')} -->`;
  const body = bodyOf(marker, sections);
  const call = async (path, method = 'GET', content) => {
    const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues/${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        'user-agent': 'hookorder',
      },
      ...(content && { body: JSON.stringify(content) }),
    });
    if (!response.ok) throw new Error(`${method} ${path.split('?')[0]} gave status ${response.status}`);
    return response.json();
  };
  try {
    const own = await findOwn(call, number, marker);
    if (own === undefined) await call(`${number}/comments`, 'POST', { body });
    else await call(`comments/${own}`, 'PATCH', { body });
    return undefined;
  } catch (error) {
    return `There is no comment on this pull request (${error.message}). It needs \`permissions: pull-requests: write\`, which a pull request from a fork does not get; the summary of the run has the same.`;
  }
}

function pullRequestOf({ GITHUB_EVENT_PATH }) {
  try {
    return JSON.parse(readFileSync(GITHUB_EVENT_PATH, 'utf8')).pull_request?.number;
  } catch {
    return undefined;
  }
}

async function findOwn(call, number, marker) {
  for (let page = 1; ; page++) {
    const comments = await call(`${number}/comments?per_page=100&page=${page}`);
    const own = comments.find(({ body }) => body?.startsWith(marker));
    if (own !== undefined) return own.id;
    if (comments.length < 100) return undefined;
  }
}

/** Whole sections only: half a table or a diagram would not be drawn. */
function bodyOf(marker, sections) {
  const kept = [marker];
  let length = marker.length + TOO_LONG.length + 4;
  for (const section of sections) {
    length += section.length + 2;
    if (length > LONGEST) return [...kept, TOO_LONG].join('\n\n');
    kept.push(section);
  }
  return kept.join('\n\n');
}
