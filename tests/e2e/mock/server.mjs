/**
 * A small stand-in for the program, for work on the page without it: serves web/dist under the
 * same content security policy and answers the calls the page makes. State is in memory.
 *   node mock/server.mjs [PORT]
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instantOf, readEvents, rfc3339, timeOf, wallStarts } from './calendar_file.mjs';

const kDist = fileURLToPath(new URL('../../../web/dist/', import.meta.url));
const kPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const kDayMs = 86_400_000;

/**
 * Starts the server; `code` signs in once, `setupCode` always. Pages are of two events, so that
 * following nextPageToken is tested with few.
 */
export async function startMock({ port = 0, code, setupCode, pageSize = 2 }) {
  const state = {
    code,
    setupCode,
    sessions: new Map(),
    pageSize,
    settings: { timeZone: 'UTC' },
    calendars: [
      {
        id: 'cal-1',
        name: 'Personal',
        primary: true,
        accessRole: 'owner',
        backgroundColor: '#0f766e',
        timeZone: 'UTC',
        provider: 'local',
      },
    ],
    events: new Map(),
  };
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error) => {
      answer(response, error.status ?? 500, {
        error: {
          code: error.code ?? 'INTERNAL',
          message: error.message,
          details: error.details ?? [],
          requestId: 'mock',
        },
      });
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, state, stop: () => stop(server) };
}

function stop(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

async function handle(state, request, response) {
  const url = new URL(request.url, 'http://mock');
  const route = `${request.method} ${url.pathname}`;
  if (route === 'POST /auth/session') return signIn(state, request, response);
  if (request.method === 'GET' && (url.pathname === '/' || url.pathname.startsWith('/assets/'))) {
    return file(url.pathname, response);
  }
  const id = /sw_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  const session = state.sessions.get(id);
  if (session === undefined) throw refusal(401, 'UNAUTHENTICATED', 'Please sign in.');
  if (request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrfToken) {
    throw refusal(403, 'FORBIDDEN', 'The X-CSRF-Token header is missing or wrong.');
  }
  if (route === 'GET /auth/session') return answer(response, 200, session);
  if (route === 'DELETE /auth/session') {
    state.sessions.delete(id);
    return answer(response, 204);
  }
  if (route === 'GET /settings') return answer(response, 200, state.settings);
  if (route === 'PATCH /settings') {
    Object.assign(state.settings, JSON.parse(await bodyOf(request)));
    return answer(response, 200, state.settings);
  }
  if (route === 'GET /calendars') return answer(response, 200, { items: state.calendars });
  if (route === 'GET /events') return answer(response, 200, list(state, url.searchParams));
  const target = /^POST \/calendars\/([^/]+)\/import$/.exec(route)?.[1];
  if (target) return answer(response, 200, importFile(state, target, await importBody(request)));
  throw refusal(404, 'NOT_FOUND', 'There is no such thing here.');
}

async function signIn(state, request, response) {
  const body = JSON.parse(await bodyOf(request));
  const byCode = body.code !== undefined && body.code === state.code;
  const bySetup = body.setupCode !== undefined && body.setupCode === state.setupCode;
  if (!byCode && !bySetup) {
    throw refusal(401, 'UNAUTHENTICATED', 'The code is wrong, used or expired.');
  }
  if (byCode) state.code = undefined;
  const id = randomBytes(16).toString('hex');
  const session = {
    csrfToken: randomBytes(16).toString('hex'),
    user: { id: 'owner', displayName: 'Owner', email: '', role: 'operator' },
  };
  state.sessions.set(id, session);
  response.setHeader('Set-Cookie', `sw_session=${id}; HttpOnly; SameSite=Lax; Path=/`);
  answer(response, 200, session);
}

async function importBody(request) {
  if (request.headers['content-type'] !== 'text/calendar') {
    throw refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send text/calendar.');
  }
  const content = await bodyOf(request);
  if (!content.startsWith('BEGIN:VCALENDAR')) {
    throw refusal(422, 'VALIDATION_ERROR', 'This is not a calendar file.', [
      { field: 'body', issue: 'must begin with BEGIN:VCALENDAR' },
    ]);
  }
  return content;
}

function importFile(state, calendarId, content) {
  const report = { imported: 0, updated: 0, unchanged: 0, failed: 0, items: [] };
  const masters = new Map();
  for (const properties of readEvents(content)) {
    const uid = properties.UID.value;
    const start = timeOf(properties.DTSTART);
    if (start === undefined) {
      report.failed += 1;
      report.items.push({
        uid,
        summary: properties.SUMMARY?.value,
        status: 'failed',
        issues: ['DTSTART is missing'],
      });
    } else if (properties['RECURRENCE-ID'] !== undefined) {
      masters.get(uid).moved.set(timeOf(properties['RECURRENCE-ID']).wall, properties);
    } else {
      const known = state.events.has(uid);
      report[known ? 'unchanged' : 'imported'] += 1;
      report.items.push({
        uid,
        summary: properties.SUMMARY?.value,
        status: known ? 'unchanged' : 'created',
        issues: [],
      });
      masters.set(uid, { calendarId, uid, properties, moved: new Map() });
    }
  }
  for (const [uid, master] of masters) state.events.set(uid, master);
  return report;
}

function list(state, query) {
  const wanted = query.getAll('calendarId');
  const start = Date.parse(query.get('start'));
  const end = Date.parse(query.get('end') ?? '') || start + 31 * kDayMs;
  const zone = state.settings.timeZone;
  const found = [...state.events.values()]
    .filter((master) => wanted.includes(master.calendarId))
    .flatMap((master) => expand(master, zone))
    .filter(({ from, to }) => from < end && to > start)
    .sort((a, b) => a.from - b.from);
  const at = Number(query.get('pageToken') ?? 0);
  const items = found.slice(at, at + state.pageSize).map(({ event }) => event);
  const next = at + state.pageSize;
  return next < found.length ? { items, nextPageToken: String(next) } : { items };
}

function expand({ calendarId, uid, properties, moved }, zone) {
  const start = timeOf(properties.DTSTART);
  const end = timeOf(properties.DTEND);
  const base = { calendarId, status: 'confirmed', iCalUID: uid };
  if (start.date !== undefined) {
    const event = {
      ...base,
      id: uid,
      ...textsOf(properties),
      start: { date: start.date },
      end: { date: end.date },
    };
    const instant = (date) => instantOf(Date.parse(`${date}T00:00:00Z`), zone);
    return [{ event, from: instant(start.date), to: instant(end.date) }];
  }
  return wallStarts(start.wall, properties.RRULE).map((wall) => {
    const own = moved.get(wall) ?? properties;
    const length = timeOf(own.DTEND).wall - timeOf(own.DTSTART).wall;
    const from = instantOf(moved.has(wall) ? timeOf(own.DTSTART).wall : wall, start.zone);
    const to = from + length;
    const stamp = new Date(instantOf(wall, start.zone)).toISOString().replace(/[-:]|\.\d+/g, '');
    const series = properties.RRULE
      ? { id: `${uid}_${stamp}`, recurringEventId: uid }
      : { id: uid };
    const at = (instant) => ({ dateTime: rfc3339(instant, start.zone), timeZone: start.zone });
    return {
      event: { ...base, ...series, ...textsOf(own), start: at(from), end: at(to) },
      from,
      to,
    };
  });
}

function textsOf(properties) {
  const location = properties.LOCATION?.value;
  return { summary: properties.SUMMARY?.value, ...(location ? { location } : {}) };
}

async function file(path, response) {
  const name = normalize(path === '/' ? '/index.html' : path);
  try {
    const content = await readFile(join(kDist, name));
    response.setHeader('Content-Security-Policy', kPolicy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Type', kTypes[extname(name)] ?? 'application/octet-stream');
    response.end(content);
  } catch {
    throw refusal(404, 'NOT_FOUND', 'There is no such file.');
  }
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response, status, body) {
  response.statusCode = status;
  if (body === undefined) return response.end();
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  return response.end(JSON.stringify(body));
}

function refusal(status, code, message, details = []) {
  return Object.assign(new Error(message), { status, code, details });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const code = randomBytes(8).toString('hex');
  const { url } = await startMock({
    port: Number(process.argv[2] ?? 3007),
    code,
    setupCode: 'let-me-in',
  });
  process.stdout.write(`${url}/#code=${code}  (set-up code: let-me-in)\n`);
}
