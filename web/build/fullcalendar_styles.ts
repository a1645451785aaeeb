import type { Plugin } from 'vite';

const kPrefix = '/@fullcalendar-styles/';
const kModule = /@fullcalendar\/([a-z]+)\/internal(?:-common)?\.js$/;
const kInjection = /var css_248z = ("(?:[^"\\]|\\.)*");\s*injectStyles\(css_248z\);/;
const kInstaller = 'function registerStylesRoot(rootNode) {';

/**
 * Moves FullCalendar's styles from a <style> element made at run time, which the page's content
 * security policy refuses, into the stylesheet that the build writes. The build stops when a new
 * version of FullCalendar no longer has the code that is replaced here.
 */
export function fullCalendarStyles(): Plugin {
  const styles = new Map<string, string>();
  return {
    name: 'fullcalendar-styles',
    enforce: 'pre',
    resolveId(id) {
      return id.startsWith(kPrefix) ? { id, moduleSideEffects: true } : null;
    },
    load(id) {
      return id.startsWith(kPrefix) ? (styles.get(id) ?? '') : null;
    },
    transform(code, id) {
      const name = kModule.exec(id.split('?')[0] ?? '')?.[1];
      if (name === undefined) return null;
      let out = code;
      const injection = kInjection.exec(out);
      if (injection?.[1]) {
        const css = withoutIconFont(JSON.parse(injection[1]) as string);
        const styleId = `${kPrefix}${name}.css`;
        styles.set(styleId, css);
        out = `import ${JSON.stringify(styleId)};\n${out.replace(injection[0], '')}`;
      }
      if (name === 'core' && id.includes('internal-common')) {
        if (!out.includes(kInstaller)) {
          this.error('FullCalendar no longer installs its styles in registerStylesRoot()');
        }
        out = out.replace(kInstaller, `${kInstaller}\n    return;`);
      }
      if (/injectStyles\(css_/.test(out)) {
        this.error(`FullCalendar's ${name} injects styles in a way this build does not know`);
      }
      return out === code ? null : { code: out, map: null };
    },
  };
}

/** Drops the icon font: it is a data: address, which `font-src 'self'` refuses, and goes unused. */
function withoutIconFont(css: string): string {
  return css.replace(/@font-face\s*\{[^}]*\}/g, '');
}
