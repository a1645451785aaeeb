/**
 * Google's own client against the stand-in: what it sends is understood, what it gets it understands.
 * The client is npm's @googleapis/calendar, the Calendar part of googleapis.
 */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startReceiver, startStandIn } from './standin.mjs';

const google = await import('@googleapis/calendar').then(
  (module) => module.default ?? module,
  (problem) => ({ problem }),
);
const skip = google.problem
  ? `npm's @googleapis/calendar is not there (npm ci in tests/google_calendar/node): ${google.problem.message.split('\n')[0]}`
  : false;

// A skipped suite counts as nothing in the summary; a skipped test counts as skipped.
if (skip) test('Google client', { skip });

const kScope = 'https://www.googleapis.com/auth/calendar';
const kAlex = 'alex@example.com';
const at = (dateTime, timeZone = 'Europe/Berlin') => ({ dateTime, timeZone });
const meeting = (more = {}) => ({
  summary: 'Meeting',
  start: at('2026-03-23T09:00:00+01:00'),
  end: at('2026-03-23T10:00:00+01:00'),
  ...more,
});

/** The refusal of a call: its status, and the reason that Google's error gives. */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return [
      error.response?.status ?? error.code,
      error.response?.data?.error?.errors?.[0]?.reason ?? error.response?.data?.error,
    ];
  }
  return assert.fail('the call was not refused');
}

describe('Google client', { skip: Boolean(skip) }, () => {
  let standIn;
  let client;
  let calendar;
  let primary;

  const signInTo = (options = {}) =>
    new google.auth.OAuth2({
      clientId: standIn.clientId,
      clientSecret: standIn.clientSecret,
      redirectUri: 'http://127.0.0.1:9/callback',
      endpoints: {
        oauth2AuthBaseUrl: standIn.authUrl,
        oauth2TokenUrl: standIn.tokenUrl,
        oauth2RevokeUrl: standIn.revokeUrl,
        tokenInfoUrl: `${standIn.url}/tokeninfo`,
      },
      ...options,
    });

  /** All items of a list, over its pages, and its sync token. */
  const all = async (list, parameters) => {
    const items = [];
    let pageToken;
    for (;;) {
      const { data } = await list({ ...parameters, pageToken });
      items.push(...(data.items ?? []));
      pageToken = data.nextPageToken;
      if (!pageToken) return { items, syncToken: data.nextSyncToken };
    }
  };
  const list = (parameters = {}) =>
    all((page) => calendar.events.list(page), { calendarId: 'primary', ...parameters });

  before(async () => {
    standIn = await startStandIn(
      '--account',
      kAlex,
      '--account',
      'bo@example.com',
      '--time-zone',
      'Europe/Berlin',
    );
  });
  after(async () => {
    assert.equal(await standIn.stop(), 0);
  });
  beforeEach(async () => {
    await standIn.control('POST', '/reset');
    client = signInTo();
    const tokens = await standIn.control('POST', `/accounts/${kAlex}/tokens`, {});
    // Without an expiry the client takes every 403 for a token that has ended.
    client.setCredentials({ ...tokens, expiry_date: Date.now() + tokens.expires_in * 1000 });
    calendar = google.calendar({
      version: 'v3',
      auth: client,
      rootUrl: `${standIn.url}/`,
      retryConfig: { retry: 0, noResponseRetries: 0 },
    });
    primary = { calendarId: 'primary' };
  });

  describe('OAuth', () => {
    const consent = async (page, decision = 'allow') => {
      const request = (await page.text()).match(/name="request" value="([^"]+)"/)[1];
      const form = new URLSearchParams({ request, account: kAlex, decision, scope: kScope });
      const answer = await fetch(standIn.authUrl, {
        method: 'POST',
        body: form,
        redirect: 'manual',
      });
      return new URL(answer.headers.get('location')).searchParams;
    };

    test('signs in with PKCE, refreshes by itself and revokes', async () => {
      await standIn.control('POST', '/reset');
      const signIn = signInTo({ forceRefreshOnFailure: true });
      const { codeVerifier, codeChallenge } = await signIn.generateCodeVerifierAsync();
      const address = signIn.generateAuthUrl({
        access_type: 'offline',
        scope: [kScope],
        state: 'a state',
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      });
      const back = await consent(await fetch(address));
      assert.equal(back.get('state'), 'a state');
      assert.deepEqual(
        await refusal(signIn.getToken({ code: `${back.get('code')}x`, codeVerifier })),
        [400, 'invalid_grant'],
      );
      const { tokens } = await signIn.getToken({ code: back.get('code'), codeVerifier });
      assert.ok(tokens.refresh_token && tokens.expiry_date > Date.now());
      signIn.setCredentials(tokens);
      const mine = google.calendar({ version: 'v3', auth: signIn, rootUrl: `${standIn.url}/` });
      await standIn.control('POST', '/tokens/expire', {});
      assert.equal((await mine.calendars.get({ calendarId: 'primary' })).data.id, kAlex);
      assert.notEqual(signIn.credentials.access_token, tokens.access_token);
      assert.deepEqual((await signIn.getTokenInfo(signIn.credentials.access_token)).scopes, [
        kScope,
      ]);
      await signIn.revokeToken(tokens.refresh_token);
      assert.deepEqual(await refusal(mine.calendars.get({ calendarId: 'primary' })), [
        400,
        'invalid_grant',
      ]);
    });

    test('verifies an ID token', async () => {
      const scopes = ['openid', 'email'];
      const { refresh_token } = await standIn.control('POST', `/accounts/${kAlex}/tokens`, {
        scopes,
      });
      const signIn = signInTo();
      signIn.setCredentials({ refresh_token });
      const { credentials } = await signIn.refreshAccessToken();
      const { keys } = await (await fetch(`${standIn.url}/oauth2/v3/certs`)).json();
      const certificates = Object.fromEntries(
        keys.map((key) => [
          key.kid,
          createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
        ]),
      );
      const issuers = ['https://accounts.google.com'];
      const ticket = await signIn.verifySignedJwtWithCertsAsync(
        credentials.id_token,
        certificates,
        standIn.clientId,
        issuers,
      );
      assert.equal(ticket.getPayload().email, kAlex);
    });

    test('hears that a person said no', async () => {
      const address = signInTo().generateAuthUrl({ scope: [kScope], state: 's' });
      const back = await consent(await fetch(address), 'deny');
      assert.deepEqual(Object.fromEntries(back), { state: 's', error: 'access_denied' });
    });
  });

  describe('Calendars', () => {
    test('are listed, made, changed, shared and deleted', async () => {
      const first = await all((page) => calendar.calendarList.list(page), {});
      assert.deepEqual(
        first.items.map((one) => [one.id, one.primary, one.accessRole]),
        [[kAlex, true, 'owner']],
      );
      const { data: work } = await calendar.calendars.insert({
        requestBody: { summary: 'Work', timeZone: 'Asia/Tokyo' },
      });
      const patched = await calendar.calendars.patch({
        calendarId: work.id,
        requestBody: { description: 'x' },
      });
      assert.deepEqual([patched.data.summary, patched.data.description], ['Work', 'x']);
      const entry = await calendar.calendarList.patch({
        calendarId: work.id,
        colorRgbFormat: true,
        requestBody: { backgroundColor: '#123456', foregroundColor: '#ffffff' },
      });
      assert.equal(entry.data.backgroundColor, '#123456');
      const scope = { type: 'user', value: 'bo@example.com' };
      await calendar.acl.insert({ calendarId: work.id, requestBody: { role: 'reader', scope } });
      const rules = await all((page) => calendar.acl.list(page), { calendarId: work.id });
      assert.deepEqual(
        rules.items.map((rule) => rule.role),
        ['owner', 'reader'],
      );
      const changed = await all((page) => calendar.calendarList.list(page), {
        syncToken: first.syncToken,
      });
      assert.deepEqual(
        changed.items.map((one) => one.id),
        [work.id],
      );
      await calendar.calendars.delete({ calendarId: work.id });
      assert.deepEqual(await refusal(calendar.calendars.get({ calendarId: work.id })), [
        404,
        'notFound',
      ]);
    });

    test('say when they are busy', async () => {
      await calendar.events.insert({ ...primary, requestBody: meeting() });
      const { data } = await calendar.freebusy.query({
        requestBody: {
          timeMin: '2026-03-23T00:00:00Z',
          timeMax: '2026-03-24T00:00:00Z',
          items: [{ id: 'primary' }, { id: 'nobody@example.org' }],
        },
      });
      assert.deepEqual(data.calendars.primary.busy, [
        { start: '2026-03-23T08:00:00Z', end: '2026-03-23T09:00:00Z' },
      ]);
      assert.equal(data.calendars['nobody@example.org'].errors[0].reason, 'notFound');
    });

    test('have settings and colours', async () => {
      assert.equal(
        (await calendar.settings.get({ setting: 'timezone' })).data.value,
        'Europe/Berlin',
      );
      assert.equal((await calendar.settings.list()).data.items.length, 12);
      assert.ok((await calendar.colors.get()).data.event['11'].background);
    });
  });

  describe('Events', () => {
    test('are inserted, read, patched, updated, moved and deleted', async () => {
      const { data: event } = await calendar.events.insert({
        ...primary,
        sendUpdates: 'none',
        requestBody: meeting({ id: 'abc0123', extendedProperties: { private: { ours: '1' } } }),
      });
      assert.deepEqual([event.id, event.status, event.sequence], ['abc0123', 'confirmed', 0]);
      const one = { ...primary, eventId: event.id };
      assert.deepEqual((await calendar.events.get(one)).data, event);
      const patched = await calendar.events.patch({ ...one, requestBody: { location: 'Room 1' } });
      assert.deepEqual([patched.data.location, patched.data.summary], ['Room 1', 'Meeting']);
      const updated = await calendar.events.update({
        ...one,
        requestBody: meeting({ summary: 'New' }),
      });
      assert.equal(updated.data.location, undefined);
      const { data: work } = await calendar.calendars.insert({ requestBody: { summary: 'Work' } });
      const moved = await calendar.events.move({ ...one, destination: work.id });
      assert.equal(moved.data.organizer.email, work.id);
      const gone = await calendar.events.delete({ calendarId: work.id, eventId: event.id });
      assert.equal(gone.status, 204);
      assert.deepEqual(
        await refusal(calendar.events.delete({ calendarId: work.id, eventId: event.id })),
        [410, 'deleted'],
      );
    });

    test('are guarded by their etags', async () => {
      const { data: event } = await calendar.events.insert({ ...primary, requestBody: meeting() });
      const one = { ...primary, eventId: event.id };
      await calendar.events.patch(
        { ...one, requestBody: { summary: 'Theirs' } },
        { headers: { 'If-Match': event.etag } },
      );
      const stale = { headers: { 'If-Match': event.etag } };
      assert.deepEqual(
        await refusal(calendar.events.patch({ ...one, requestBody: { summary: 'Mine' } }, stale)),
        [412, 'conditionNotMet'],
      );
      assert.deepEqual(
        await refusal(
          calendar.events.insert({ ...primary, requestBody: meeting({ id: event.id }) }),
        ),
        [409, 'duplicate'],
      );
    });

    test('are synchronised by tokens over pages', async () => {
      await standIn.control('POST', '/fill', { calendarId: kAlex, count: 60 });
      const first = await list({ maxResults: 25 });
      assert.equal(first.items.length, 60);
      const [changed, deleted] = first.items;
      await calendar.events.patch({
        ...primary,
        eventId: changed.id,
        requestBody: { summary: 'New' },
      });
      await calendar.events.delete({ ...primary, eventId: deleted.id });
      const next = await list({ syncToken: first.syncToken });
      assert.deepEqual(
        next.items.map((one) => [one.id, one.status]),
        [
          [changed.id, 'confirmed'],
          [deleted.id, 'cancelled'],
        ],
      );
      assert.deepEqual(
        await refusal(calendar.events.list({ ...primary, syncToken: first.syncToken, q: 'x' })),
        [400, 'syncTokenWithRequestRestrictions'],
      );
      await standIn.control('POST', '/sync-tokens/expire', { calendarId: kAlex });
      assert.deepEqual(
        await refusal(calendar.events.list({ ...primary, syncToken: next.syncToken })),
        [410, 'fullSyncRequired'],
      );
    });

    test('recur, with exceptions and cancelled instances', async () => {
      const { data: series } = await calendar.events.insert({
        ...primary,
        requestBody: meeting({ recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] }),
      });
      const instances = () =>
        all((page) => calendar.events.instances(page), {
          ...primary,
          eventId: series.id,
          maxResults: 2,
        });
      const { items } = await instances();
      assert.deepEqual(
        items.map((one) => one.id.split('_')[1]),
        ['20260323T080000Z', '20260330T070000Z', '20260406T070000Z'],
      );
      await calendar.events.patch({
        ...primary,
        eventId: items[1].id,
        requestBody: { summary: 'Other' },
      });
      await calendar.events.delete({ ...primary, eventId: items[2].id });
      assert.deepEqual(
        (await instances()).items.map((one) => one.summary),
        ['Meeting', 'Other'],
      );
      const stored = await list();
      assert.deepEqual(
        stored.items.map((one) => [one.recurringEventId, one.status]),
        [
          [undefined, 'confirmed'],
          [series.id, 'confirmed'],
          [series.id, 'cancelled'],
        ],
      );
      const single = await list({
        singleEvents: true,
        orderBy: 'startTime',
        timeMin: '2026-03-25T00:00:00Z',
      });
      assert.deepEqual(
        single.items.map((one) => one.id),
        [items[1].id],
      );
    });

    test('are found by repeated properties, imported and added by a sentence', async () => {
      const { data: imported } = await calendar.events.import({
        ...primary,
        requestBody: meeting({
          iCalUID: 'a@b',
          extendedProperties: { private: { a: '1', b: '2' } },
        }),
      });
      const { data: added } = await calendar.events.quickAdd({
        ...primary,
        text: 'Lunch on 2026-03-24 at 12:30',
      });
      assert.equal(added.start.dateTime, '2026-03-24T12:30:00+01:00');
      assert.deepEqual(
        (await list({ privateExtendedProperty: ['a=1', 'b=2'] })).items.map((one) => one.id),
        [imported.id],
      );
      assert.deepEqual((await list({ iCalUID: 'a@b', fields: 'items(id)' })).items, [
        { id: imported.id },
      ]);
    });

    test('keep conference data and reminders', async () => {
      const { data: event } = await calendar.events.insert({
        ...primary,
        conferenceDataVersion: 1,
        requestBody: meeting({
          conferenceData: {
            createRequest: { requestId: 'r', conferenceSolutionKey: { type: 'hangoutsMeet' } },
          },
          reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 10 }] },
        }),
      });
      assert.equal(event.conferenceData.entryPoints[0].entryPointType, 'video');
      const { data } = await calendar.events.patch({
        ...primary,
        eventId: event.id,
        requestBody: { summary: 'x' },
      });
      assert.deepEqual(
        [data.conferenceData, data.reminders],
        [event.conferenceData, event.reminders],
      );
    });
  });

  describe('Trouble', () => {
    test('of each kind is an error of the client', async () => {
      const kinds = [
        ['rateLimitExceeded', 403],
        ['userRateLimitExceeded', 403],
        ['quotaExceeded', 403],
        ['rateLimitExceeded', 429],
        ['backendError', 503],
      ];
      for (const [reason, status] of kinds) {
        await standIn.control('POST', '/faults', {
          method: 'events.list',
          kind: 'error',
          reason,
          status,
        });
        assert.deepEqual(
          await refusal(calendar.events.list(primary)),
          [status, reason],
          `${status} ${reason}`,
        );
      }
      await standIn.control('POST', '/faults', { method: 'events.list', kind: 'drop' });
      await assert.rejects(calendar.events.list(primary));
      assert.equal((await calendar.events.list(primary)).status, 200);
    });

    test('that passes is overcome by the retries of the client', async () => {
      await standIn.control('POST', '/faults', {
        method: 'events.list',
        kind: 'error',
        reason: 'backendError',
        status: 503,
        times: 2,
      });
      const retryConfig = { retry: 3, retryDelay: 1, noResponseRetries: 2 };
      const { status } = await calendar.events.list(primary, { retry: true, retryConfig });
      assert.equal(status, 200);
      assert.equal((await standIn.control('GET', '/calls')).byMethod['events.list'], 3);
    });
  });

  test('Channels tell of changes until they are stopped', async () => {
    const receiver = await startReceiver();
    try {
      const requestBody = {
        id: 'channel-1',
        type: 'web_hook',
        address: `${receiver.url}/told`,
        token: 'secret',
      };
      const { data: channel } = await calendar.events.watch({ ...primary, requestBody });
      assert.ok(Number(channel.expiration) > Date.now());
      const first = await receiver.next();
      assert.deepEqual(
        [first.url, first.headers['x-goog-resource-state'], first.headers['x-goog-channel-token']],
        ['/told', 'sync', 'secret'],
      );
      await calendar.events.insert({ ...primary, requestBody: meeting() });
      const second = await receiver.next();
      assert.deepEqual(
        [second.headers['x-goog-resource-state'], second.headers['x-goog-resource-id']],
        ['exists', channel.resourceId],
      );
      const stop = { requestBody: { id: channel.id, resourceId: channel.resourceId } };
      assert.equal((await calendar.channels.stop(stop)).status, 204);
      assert.deepEqual(await refusal(calendar.channels.stop(stop)), [404, 'notFound']);
    } finally {
      await receiver.stop();
    }
  });
});
