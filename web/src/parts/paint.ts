/**
 * Gives an element its calendar's colour, and one that reads on it, for the stylesheet to use. They
 * are set on the element since the content security policy refuses style attributes in markup. A
 * text that is no colour is ignored by the browser.
 */
export function paint(element: HTMLElement | null, color: string): void {
  element?.style.setProperty('--calendar', color);
  element?.style.setProperty('--on-calendar', inkOn(color));
}

/** White or near-black, whichever stands out more on "#rrggbb"; white on other notations. */
export function inkOn(color: string): string {
  const digits = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (digits === undefined) return '#ffffff';
  const light = luminance(Number.parseInt(digits, 16));
  // The contrasts (WCAG 2.2, "contrast ratio") to white and to #15181b, whose luminance is 0.009.
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.059 ? '#ffffff' : '#15181b';
}

/** WCAG 2.2, "relative luminance", of 0xrrggbb. */
function luminance(rgb: number): number {
  const [red = 0, green = 0, blue = 0] = [16, 8, 0].map((shift) => {
    const channel = ((rgb >> shift) & 0xff) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
