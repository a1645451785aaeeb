/**
 * The page as a person uses it, in Chromium against a running program that has no events yet.
 *   SW_BASE_URL      where the program answers
 *   SW_SIGNIN_CODE   the code of its sign-in link, or the whole link
 *   SW_SETUP_URL     where a second one answers, which has no owner and a set-up code
 *   SW_SETUP_CODE    that code
 *   SW_E2E_OUT       folder for screenshots (default: ./out)
 *   SW_CHROMIUM      the browser's path, where it is not one of the usual
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browserPath, outFolder, startBrowser, watchPage } from './browser.mjs';

const baseUrl = process.env.SW_BASE_URL?.replace(/\/$/, '');
const given = process.env.SW_SIGNIN_CODE ?? '';
const code = given.includes('#code=') ? decodeURIComponent(given.split('#code=')[1]) : given;
const fixture = fileURLToPath(new URL('./fixtures/spring.ics', import.meta.url));
const skip =
  !baseUrl || !code
    ? 'SW_BASE_URL and SW_SIGNIN_CODE are not set'
    : browserPath() === undefined && 'no Chromium on this machine (SW_CHROMIUM names one)';

// A skipped suite counts as nothing in the summary; a skipped test counts as skipped.
if (skip) test('Page', { skip });

describe('Page', { skip: Boolean(skip) }, () => {
  let browser;
  let page;
  let watched;
  let out;

  const picture = (name) => page.screenshot({ path: join(out, `${name}.png`) });
  const fragment = () => page.evaluate(() => window.location.hash);
  /** An event of the week by its accessible name. */
  const inWeek = (name) => page.locator('.week').getByRole('button', { name });
  const show = async (target) => {
    await page.evaluate((to) => {
      window.location.hash = to;
    }, target);
  };
  /** Title and words ("Tuesday 31 March 2026, 09:00 – 09:45") of what the week shows, sorted. */
  const weekEvents = async () => {
    await page.waitForSelector('.content[aria-busy="false"] .week .fc-event');
    const labels = await page.$$eval('.week .fc-event', (events) =>
      events.map((event) =>
        ['.week-event-title', '.week-event-words']
          .map((part) => event.querySelector(part).textContent)
          .join(''),
      ),
    );
    // Whether a comma follows the weekday depends on the browser's locale data.
    return [...new Set(labels.map((label) => label.replace(/day, (?=\d)/g, 'day ')))].sort();
  };
  const agendaDay = (day) =>
    page.$$eval(`[data-day="${day}"] .agenda-event`, (events) =>
      events.map((event) =>
        [event.querySelector('.agenda-time'), event.querySelector('.agenda-title')]
          .map((part) => part.textContent.trim())
          .join(' '),
      ),
    );

  before(async () => {
    out = await outFolder();
    browser = await startBrowser();
    page = await browser.context.newPage();
    page.setDefaultTimeout(15_000);
    watched = await watchPage(page, baseUrl);
  });

  after(async () => {
    await browser?.stop();
  });

  test('Page.AsksToSignInWhenNobodyIs', async () => {
    watched.expecting(/status of 4\d\d/);
    await page.goto(`${baseUrl}/`);
    await page.waitForSelector('.sign-in form');
    await picture('sign-in');
    await page.fill('#sign-in-code', 'not the code');
    await page.click('.sign-in button[type=submit]');
    await page.waitForSelector('.sign-in [role=alert]');
    assert.match(await page.textContent('.sign-in [role=alert]'), /This code did not work/);
    await picture('sign-in-refused');
    watched.expecting(null);
  });

  test('Page.SignsInByLinkAndHidesTheCode', async () => {
    await page.goto(`${baseUrl}/#code=${encodeURIComponent(code)}`);
    await page.waitForSelector('.toolbar-title');
    assert.equal(await fragment(), '');
    await page.waitForSelector('.welcome');
    await picture('first-run');
    const cookies = await browser.context.cookies(baseUrl);
    assert.ok(cookies.length > 0 && cookies.every((cookie) => cookie.httpOnly));
    await page.reload();
    await page.waitForSelector('.toolbar-title');
  });

  test('Page.ImportsAFileAndReportsEachItem', async () => {
    await page.click('.toolbar-import');
    await page.setInputFiles('.import-dialog input[type=file]', fixture);
    await page.waitForSelector('.report');
    // The moved occurrence may count with its series or by itself.
    assert.match(await page.textContent('.counts [data-kind=created]'), /^[45] new$/);
    assert.match(await page.textContent('.counts [data-kind=failed]'), /^1 not imported$/);
    const failed = await page.textContent('.report-items [data-status=failed]');
    assert.match(failed, /Dinner without a date/);
    assert.match(failed, /DTSTART/);
    await picture('import-report');
    await page.click('.dialog-actions .button-main');
    await page.waitForSelector('.import-dialog', { state: 'detached' });
  });

  test('Page.ShowsTheWeekInThePersonsZone', async () => {
    await show('#/week/2026-03-24');
    assert.deepEqual(await weekEvents(), [
      'Team stand-up, Thursday 26 March 2026, 08:00 – 08:45',
      'Team stand-up, Tuesday 24 March 2026, 08:00 – 08:45',
    ]);
    await page.click('text=Use Europe/Berlin');
    await page.waitForSelector('text=Times are shown in Europe/Berlin.');
    await inWeek(/09:00 – 09:45$/)
      .first()
      .waitFor();
    assert.deepEqual(await weekEvents(), [
      'Team stand-up, Thursday 26 March 2026, 09:00 – 09:45',
      'Team stand-up, Tuesday 24 March 2026, 09:00 – 09:45',
    ]);
  });

  test('Page.ShowsMovedAllDayAndNightEventsInTheWeek', async () => {
    await page.click('[aria-label="Later"]');
    await inWeek(/^Night train/)
      .first()
      .waitFor();
    assert.equal(await fragment(), '#/week/2026-03-31');
    assert.deepEqual(await weekEvents(), [
      'Design review, Wednesday 1 April 2026, 14:30 – 16:00',
      'Night train to Vienna, Friday 3 April 2026, 22:30 – Saturday 4 April 2026, 06:15',
      'Spring fair, Thursday 2 April 2026 – Friday 3 April 2026',
      'Team stand-up (moved), Wednesday 1 April 2026, 14:00 – 15:00',
      'Team stand-up, Thursday 2 April 2026, 09:00 – 09:45',
    ]);
    const boxes = await Promise.all(
      [/^Team stand-up \(moved\)/, /^Design review/].map((name) => inWeek(name).boundingBox()),
    );
    const [left, right] = boxes.sort((a, b) => a.x - b.x);
    assert.ok(left.x + left.width <= right.x + 1, 'events at the same time lie side by side');
    await picture('week');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('week-dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('Page.OpensAnEventByKeyboardAndReturnsTheFocus', async () => {
    await inWeek(/^Team stand-up \(moved\)/).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.event-dialog');
    assert.match(await page.textContent('.event-dialog'), /Room Ahorn/);
    assert.match(await page.textContent('.event-dialog'), /repeating series/);
    await picture('event');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.event-dialog', { state: 'detached' });
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    assert.match(focused ?? '', /^Team stand-up \(moved\)/);
  });

  test('Page.ListsTheSameOccurrencesInTheAgenda', async () => {
    await page.click('[data-view=agenda]');
    await page.waitForSelector('[data-day="2026-04-04"] .agenda-event');
    assert.deepEqual(await agendaDay('2026-03-31'), []);
    assert.deepEqual(await agendaDay('2026-04-01'), [
      '14:00 – 15:00 Team stand-up (moved)',
      '14:30 – 16:00 Design review',
    ]);
    assert.deepEqual(await agendaDay('2026-04-02'), [
      'All day Spring fair',
      '09:00 – 09:45 Team stand-up',
    ]);
    assert.deepEqual(await agendaDay('2026-04-03'), [
      'All day Spring fair',
      'from 22:30 Night train to Vienna',
    ]);
    assert.deepEqual(await agendaDay('2026-04-04'), ['until 06:15 Night train to Vienna']);
    assert.deepEqual(await agendaDay('2026-04-07'), ['09:00 – 09:45 Team stand-up']);
    await picture('agenda');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('agenda-dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('Page.ImportsADroppedFileAgainWithoutDoublingIt', async () => {
    const content = await readFile(fixture, 'utf8');
    const drop = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'again.ics', { type: 'text/calendar' }));
      return transfer;
    }, content);
    await page.dispatchEvent('.agenda', 'dragenter', { dataTransfer: drop });
    await page.waitForSelector('.drop-veil');
    await picture('drop');
    await page.dispatchEvent('.agenda', 'drop', { dataTransfer: drop });
    await page.waitForSelector('.report [data-kind=unchanged]');
    assert.match(await page.textContent('.counts [data-kind=created]'), /^0 new$/);
    await page.click('.dialog-actions .button-main');
    await page.waitForSelector('.content[aria-busy="false"]');
    assert.equal((await agendaDay('2026-04-01')).length, 2);
  });

  test('Page.HidesACalendarThatIsSwitchedOff', async () => {
    await page.click('.calendar-switch input');
    await page.waitForSelector('text=All calendars are switched off');
    assert.equal(await page.locator('.agenda-event').count(), 0);
    await page.click('.calendar-switch input');
    await page.waitForSelector('[data-day="2026-04-04"] .agenda-event');
  });

  test('Page.FitsAPhone', async () => {
    await page.setViewportSize({ width: 375, height: 812 });
    await page.waitForSelector('[data-day="2026-04-04"] .agenda-event');
    await fitsWidth('agenda');
    await picture('agenda-375');
    await page.click('[data-view=week]');
    await inWeek(/^Design review/).waitFor();
    await fitsWidth('days');
    await picture('week-375');
    await page.click('.toolbar-import');
    await page.waitForSelector('.drop-zone');
    await picture('import-375');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('Page.AsksToSignInAgainWhenTheSessionEndsAndComesBack', async () => {
    const before = await fragment();
    const cookies = await browser.context.cookies(baseUrl);
    await browser.context.clearCookies();
    watched.expecting(/status of 401/);
    await show('#/week/2020-01-01');
    await page.waitForSelector('text=Your session has ended');
    await browser.context.addCookies(cookies);
    await page.reload();
    await page.waitForSelector('.toolbar-title');
    assert.equal(await fragment(), '#/week/2020-01-01');
    watched.expecting(null);
    await show(before);
  });

  test('Page.KeepsTheSessionWhenAUsedLinkIsOpened', async () => {
    watched.expecting(/status of 4\d\d/);
    await page.goto(`${baseUrl}/#code=${encodeURIComponent(code)}`);
    await page.reload();
    await page.waitForSelector('.toolbar-title');
    assert.equal(await fragment(), '');
    watched.expecting(null);
  });

  test('Page.SignsOut', async () => {
    watched.expecting(/status of 401/);
    await page.click('text=Sign out');
    await page.waitForSelector('.sign-in form');
    await page.reload();
    await page.waitForSelector('.sign-in form');
    assert.equal(await page.locator('.toolbar').count(), 0);
  });

  test('Page.SignsInBySetUpCode', {
    skip: !process.env.SW_SETUP_CODE && 'SW_SETUP_URL and SW_SETUP_CODE are not set',
  }, async () => {
    watched.expecting(null);
    const setUp = process.env.SW_SETUP_URL;
    const fresh = await browser.context.newPage();
    const watchedFresh = await watchPage(fresh, setUp);
    watchedFresh.expecting(/status of 401/);
    await fresh.goto(`${setUp}/`);
    await fresh.fill('#sign-in-code', process.env.SW_SETUP_CODE);
    await fresh.click('.sign-in button[type=submit]');
    await fresh.waitForSelector('.toolbar-title');
    await fresh.screenshot({ path: join(out, 'set-up.png') });
    watchedFresh.expecting(null);
    assert.deepEqual(watchedFresh.problems, []);
    await fresh.close();
  });

  test('Page.CausesNoErrorsPolicyViolationsOrForeignRequests', () => {
    assert.deepEqual(watched.problems, []);
  });

  async function fitsWidth(view) {
    const [content, window] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(content <= window, `${view} is ${content} px wide in a window of ${window} px`);
  }
});
