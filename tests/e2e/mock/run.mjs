/** Runs the end-to-end test of the page against the stand-in; its exit code is the test's. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startMock } from './server.mjs';

const mock = await startMock({ code: 'one-time-code', setupCode: 'let-me-in' });
const folder = fileURLToPath(new URL('../', import.meta.url));
const test = spawn(process.execPath, ['--test', 'page.test.mjs'], {
  cwd: folder,
  stdio: 'inherit',
  env: {
    ...process.env,
    SW_BASE_URL: mock.url,
    SW_SIGNIN_CODE: 'one-time-code',
    SW_SETUP_CODE: 'let-me-in',
    SW_E2E_OUT: process.env.SW_E2E_OUT ?? `${folder}out`,
  },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => test.kill(signal));
test.on('exit', async (code) => {
  await mock.stop();
  process.exitCode = code ?? 1;
});
