import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const kCandidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const kFlags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser on this machine, or undefined. SW_CHROMIUM names another. */
export function browserPath() {
  return [process.env.SW_CHROMIUM, ...kCandidates].find((path) => path && existsSync(path));
}

/** Starts Chromium with a profile of its own; `stop` ends it and removes the profile. */
export async function startBrowser() {
  const profile = await mkdtemp(join(tmpdir(), 'sw-e2e-'));
  // Chromium refuses its sandbox to root, as which containers often run.
  const asRoot = process.getuid?.() === 0;
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath(),
    headless: true,
    args: asRoot ? [...kFlags, '--no-sandbox'] : kFlags,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1280, height: 800 },
  });
  const stop = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { context, stop };
}

/**
 * Collects what must not happen on a page: console errors, uncaught exceptions, violations of the
 * content security policy, and requests that leave the program's own address. Chromium itself
 * writes a console error for every answer of 400 and above; `expecting(pattern)` says which are
 * meant from now on, `expecting(null)` that none are.
 */
export async function watchPage(page, baseUrl) {
  const problems = [];
  let expected = null;
  page.on('console', (message) => {
    if (message.type() !== 'error' || expected?.test(message.text())) return;
    problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(baseUrl).origin) {
      problems.push(`request to ${request.url()}`);
    }
  });
  await page.exposeFunction('reportViolation', (text) => problems.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return {
    problems,
    expecting: (pattern) => {
      expected = pattern;
    },
  };
}

/** Where screenshots go; the folder is made. */
export async function outFolder() {
  const folder = process.env.SW_E2E_OUT ?? join(process.cwd(), 'out');
  await mkdir(folder, { recursive: true });
  return folder;
}
