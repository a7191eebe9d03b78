// JSON requests to the plane's API server.
import https from 'node:https';

/**
 * A function that sends one request as `user` and gives `{code, body}`. A body is sent with its length: the API server takes no
 * body of a DELETE otherwise.
 */
export function connect(port, user) {
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
  const send = (method, path, body, type = 'application/json') =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = { authorization: `Bearer ${user}` };
      if (text !== undefined)
        Object.assign(headers, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
      const request = https.request({ host: '127.0.0.1', port, path, method, agent, headers }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (part) => {
          answer += part;
        });
        response.on('end', () => resolve({ code: response.statusCode, body: parse(answer) }));
      });
      request.on('error', (error) => {
        // The server had closed a connection that was idle: nothing was asked yet [Node, request.reusedSocket].
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(send(method, path, body, type));
        else reject(error);
      });
      request.end(text);
    });
  return send;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Calls `onEvent({type, object})` for each event of a watch; resolves when the watch ends. */
export function watch(port, user, path, onEvent) {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${user}` };
    const request = https.request({ host: '127.0.0.1', port, path, headers, rejectUnauthorized: false }, (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (part) => {
        const lines = (rest + part).split('\n');
        rest = lines.pop();
        for (const line of lines) if (line !== '') onEvent(JSON.parse(line));
      });
      response.on('close', resolve);
    });
    request.on('error', () => resolve());
    request.end();
  });
}

export const MERGE = 'application/merge-patch+json';
export const APPLY = 'application/apply-patch+yaml';
export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
