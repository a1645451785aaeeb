import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Writes assets/licenses-HASH.txt with the licence of every package whose code is in the page, as
 * those licences ask of everyone who passes the code on.
 */
export function licenses(): Plugin {
  return {
    name: 'licenses',
    apply: 'build',
    generateBundle(_options, bundle) {
      const notices = new Map<string, string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const id of chunk.moduleIds) {
          const folder = packageOf(id);
          if (folder === null) continue;
          const { key, notice } = noticeOf(folder);
          notices.set(key, notice);
        }
      }
      const source = [...notices.keys()].sort().map((key) => notices.get(key));
      this.emitFile({ type: 'asset', name: 'licenses.txt', source: source.join('\n') });
    },
  };
}

/** The folder of the package that a module came from, or null for a module of the page itself. */
function packageOf(id: string): string | null {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? null;
}

function noticeOf(folder: string): { key: string; notice: string } {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const key = `${about.name} ${about.version}`;
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${key} is in the page but has no licence file`);
  const words = readFileSync(join(folder, file), 'utf8').trim();
  return { key, notice: `${key} (${about.license ?? 'see below'})\n\n${words}\n` };
}
