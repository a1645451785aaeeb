import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const kFolder = fileURLToPath(new URL('..', import.meta.url));

/** Starts the stand-in; answers what it prints when it is ready, `control` and `stop`. */
export async function startStandIn(...options) {
  const child = spawn('/usr/bin/python3', [kFolder, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout });
  const ready = JSON.parse(
    await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      child.once('exit', () => reject(new Error('the stand-in ended before it was ready')));
    }),
  );
  const control = async (verb, path, body) => {
    const answer = await fetch(ready.controlUrl + path, {
      method: verb,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const stop = async () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { ...ready, control, stop };
}

/** A server on loopback that hands each request to whoever waits for it by `next`. */
export async function startReceiver() {
  const got = [];
  const waiting = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.end();
      const one = { url: request.url, headers: request.headers };
      const next = waiting.shift();
      if (next) next(one);
      else got.push(one);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    next: () =>
      got.length ? Promise.resolve(got.shift()) : new Promise((resolve) => waiting.push(resolve)),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
