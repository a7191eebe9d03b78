// A way to the API server on which a single request of Helm goes wrong: refused by the API server itself, or never answered because Helm was killed.
import http from 'node:http';
import https from 'node:https';

/**
 * Helm may use `http://127.0.0.1:PORT` as its server. What becomes of a write (`apply` or `delete`) to `path`: `refuse`; `cut`, which ends
 * Helm, by `kill()`, when it is done; or `hold`, before which `hold()` is awaited. The caller must `close()`.
 */
export async function openGate(port, { writes, path, outcome }, { kill, hold }) {
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
  const server = http.createServer(async (request, response) => {
    const { method, url, headers } = request;
    const isMeant = WRITES[method] === writes && url.split('?')[0] === path && !/[?&]dryRun=All/.test(url);
    // Without a group the user may do nothing: that is the API server's own answer, and stands in its log. Helm names its group twice.
    const { 'impersonate-group': _, ...bare } = headers;
    const group = isMeant && outcome === 'refuse' ? {} : { 'impersonate-group': 'system:masters' };
    if (isMeant && outcome === 'hold') await hold();
    const sent = { ...bare, ...group, authorization: 'Bearer helm' };
    const forwarded = https.request({ host: '127.0.0.1', port, path: url, method, agent, headers: sent }, (answer) => {
      if (isMeant && outcome === 'cut') return answer.resume().on('end', kill);
      response.writeHead(answer.statusCode, answer.headers);
      return answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    request.pipe(forwarded);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    agent.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return { port: server.address().port, close };
}

const WRITES = { PATCH: 'apply', PUT: 'apply', POST: 'apply', DELETE: 'delete' };
