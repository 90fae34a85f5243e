// Other extensions for dbt that may be installed beside this one, and what both would answer. Knows nothing of VS Code.

/** What of the server's answers can be left to others. */
export const FEATURES = ["completion", "hover", "definition", "references", "rename", "symbols"] as const;
export type Feature = (typeof FEATURES)[number];

export interface Neighbour {
  /** As the marketplace names it. */
  id: string;
  name: string;
  /** What it answers too. */
  doubles: Feature[];
  /** It works in files of these languages alone, so they must not become `dbt-sql`. */
  languages: string[];
}

export const NEIGHBOURS: Neighbour[] = [
  {
    id: "dbtLabsInc.dbt",
    name: "dbt (of dbt Labs)",
    doubles: ["completion", "hover", "definition", "references", "rename"],
    languages: ["sql"],
  },
  {
    id: "innoverio.vscode-dbt-power-user",
    name: "Power User for dbt",
    doubles: ["completion", "hover", "definition"],
    languages: ["sql", "jinja-sql"],
  },
];

/** Those that are installed and switched on. */
export function present(has: (id: string) => boolean): Neighbour[] {
  return NEIGHBOURS.filter(({ id }) => has(id));
}

/** What several of them answer that this extension answers as well. */
export function doubled(neighbours: Neighbour[], off: readonly string[]): Feature[] {
  const all = new Set(neighbours.flatMap(({ doubles }) => doubles));
  return [...all].filter((feature) => !off.includes(feature));
}

/** `a, b and c` */
export function list(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** What the user is told once; nothing when nobody is in nobody's way. */
export function sentence(neighbours: Neighbour[], off: readonly string[]): string | undefined {
  const features = doubled(neighbours, off);
  if (features.length === 0) return undefined;
  const names = list(neighbours.map(({ name }) => name));
  return `${names} ${neighbours.length === 1 ? "is" : "are"} here too. Both it and dbt mesh answer ${list(features)}, so things may come twice. They can stay side by side, or dbt mesh leaves that to the other (setting dbt-mesh.features.off).`;
}
