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
  const probe = document.createElement("span");
  document.body.append(probe);
  const value = (name: string, over: Rgb): Rgb => {
    // Whatever a theme may write, such as #rrggbbaa or a system colour, comes back as rgb().
    probe.style.color = "";
    probe.style.color = `var(${name})`;
    return blend(getComputedStyle(probe).color, over);
  };
  const back = value("--back", [255, 255, 255]);
  const text = (name: string) => css(value(name, back));
  const out = {
    back: css(back), fore: text("--fore"), faint: text("--faint"), line: text("--line"), accent: text("--accent"),
    dark: luminance(css(back)) < 0.4,
  };
  probe.remove();
  return out;
}

type Rgb = [number, number, number];

const css = (color: Rgb) => `rgb(${color.join(", ")})`;

/** `rgb(…)`, `rgba(…)` or `color(srgb …)` as it looks on top of another colour: the picture knows no transparency. */
export function blend(color: string, over: Rgb): Rgb {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/[\d.]+(e-\d+)?/g) ?? []).map(Number);
  const full = color.startsWith("color(") ? 255 : 1;
  const mixed = [red * full, green * full, blue * full].map((part, at) => Math.round(part * alpha + (over[at] ?? 0) * (1 - alpha)));
  return mixed as Rgb;
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

/** Six that are easily told apart, then six between them. */
const HUES = [210, 30, 140, 270, 330, 175, 55, 0, 100, 240, 300, 190];
const FIRST = 6;
const hues = new Map<string, number>();

/** A project's colour: by its name, but no two get the same one as long as there are enough. It stays as it is. */
export function projectColor(project: string, dark: boolean): { fill: string; edge: string } {
  const hue = hues.get(project) ?? newHue(project);
  return dark
    ? { fill: `hsl(${hue}, 30%, 20%)`, edge: `hsl(${hue}, 55%, 62%)` }
    : { fill: `hsl(${hue}, 65%, 94%)`, edge: `hsl(${hue}, 60%, 38%)` };
}

function newHue(project: string): number {
  let hash = 2166136261;
  for (const char of project) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619) >>> 0;
  const wanted = hash % FIRST;
  const order = [...HUES.slice(wanted, FIRST), ...HUES.slice(0, wanted), ...HUES.slice(FIRST)];
  const taken = new Set(hues.values());
  const hue = order.find((one) => !taken.has(one)) ?? HUES[hash % HUES.length] ?? 0;
  hues.set(project, hue);
  return hue;
}
