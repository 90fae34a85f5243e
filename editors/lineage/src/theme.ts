// Colours: the editor's where there is one, else those of page.css.

export interface Theme {
  back: string;
  fore: string;
  faint: string;
  line: string;
  accent: string;
  dark: boolean;
}

export function theme(): Theme {
  const style = getComputedStyle(document.body);
  const value = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  const back = value("--back", "#ffffff");
  return {
    back,
    fore: value("--fore", "#1f2328"),
    faint: value("--faint", "#59636e"),
    line: value("--line", "#8c959f"),
    accent: value("--accent", "#0969da"),
    dark: luminance(back) < 0.4,
  };
}

/** Between 0 and 1, of `#rgb`, `#rrggbb` or `rgb(…)`. */
export function luminance(color: string): number {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(color)?.[1];
  const digits = hex && hex.length < 6 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const parts = digits
    ? [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16))
    : (color.match(/[\d.]+/g) ?? ["255", "255", "255"]).slice(0, 3).map(Number);
  const [red = 255, green = 255, blue = 255] = parts;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** A project's colour: the same name always gets the same one. */
export function projectColor(project: string, dark: boolean): { fill: string; edge: string } {
  let hash = 2166136261;
  for (const char of project) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619) >>> 0;
  const hue = Math.round((hash % 24) * 15);
  return dark
    ? { fill: `hsl(${hue}, 30%, 20%)`, edge: `hsl(${hue}, 55%, 62%)` }
    : { fill: `hsl(${hue}, 65%, 94%)`, edge: `hsl(${hue}, 60%, 38%)` };
}
