import { defineConfig } from 'vitest/config';
import { fullCalendarStyles } from './build/fullcalendar_styles';
import { licenses } from './build/licenses';

/** Where `npm run dev` sends the calls of the API. */
const kApi = process.env['SW_API_URL'] ?? 'http://127.0.0.1:3007';

export default defineConfig({
  base: './',
  plugins: [fullCalendarStyles(), licenses()],
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  optimizeDeps: {
    exclude: ['@fullcalendar/core', '@fullcalendar/timegrid', '@fullcalendar/daygrid'],
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/auth', '/calendars', '/events', '/settings'].map((path) => [path, kApi]),
    ),
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
