// Which program is the server, and whether it can be used. Knows processes, not VS Code.
import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

export const PROGRAM = process.platform === "win32" ? "dbt-mesh-ls.exe" : "dbt-mesh-ls";

export interface Places {
  /** The setting, as the user wrote it; empty for none. */
  configured: string;
  /** The extension's own folder. */
  extension: string;
  /** The first workspace folder, for `${workspaceFolder}`. */
  workspace: string | undefined;
  /** The PATH. */
  path: string;
}

export type Found = { program: string; from: "setting" | "extension" | "PATH" } | { problem: string };

/** Replaces `~` and `${workspaceFolder}`. */
export function expand(path: string, workspace: string | undefined): string {
  const home = /^~($|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path;
  return home.replaceAll("${workspaceFolder}", workspace ?? ".");
}

/** The server's program: configured, bundled or on the PATH, in this order. */
export function find(places: Places): Found {
  const configured = places.configured.trim();
  if (configured !== "") {
    const program = expand(configured, places.workspace);
    const found = isAbsolute(program) ? isFile(program) && program : onPath(program, places.path);
    if (found) return { program: found, from: "setting" };
    return {
      problem: `The setting dbt-mesh.server.path names ${program}, and there is no such program. Correct it, or empty it to use the server that comes with the extension.`,
    };
  }
  const bundled = join(places.extension, "server", PROGRAM);
  if (isFile(bundled)) return { program: bundled, from: "extension" };
  const found = onPath(PROGRAM, places.path);
  if (found) return { program: found, from: "PATH" };
  return {
    problem:
      "The program dbt-mesh-ls is not there: this build of the extension brings none, and none is on the PATH. Install it with `cargo install --path server/lsp` or `pip install dbt-mesh-ls`, or set dbt-mesh.server.path.",
  };
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function onPath(program: string, path: string): string | undefined {
  // On Windows a program may be named without its ending.
  const names = process.platform === "win32" && !/\.exe$/i.test(program) ? [`${program}.exe`, program] : [program];
  const candidates = path.split(delimiter).filter(Boolean).flatMap((folder) => names.map((name) => join(folder, name)));
  return candidates.find(isFile);
}

/** What `--version` prints, without the name; or why there is no answer. */
export function version(program: string): Promise<{ version: string } | { problem: string }> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { timeout: 10_000, windowsHide: true }, (error, stdout, stderr) => {
      const found = /^dbt-mesh-ls (\S+)/.exec(stdout);
      if (found?.[1]) resolve({ version: found[1] });
      else resolve({ problem: whyNot(program, error, stderr) });
    });
  });
}

function whyNot(program: string, error: (Error & { code?: unknown }) | null, said: string): string {
  switch (error?.code) {
    case "EACCES":
      return `${program} may not be executed. Run \`chmod +x\` on it, or set dbt-mesh.server.path.`;
    case "ENOENT":
      return `${program} does not start: it, or a library it needs, is not there. Set dbt-mesh.server.path to another one.`;
    default:
      return error
        ? `${program} does not start: ${firstLine(said || error.message)}. If it is built for another kind of machine, install the extension for this one, or set dbt-mesh.server.path.`
        : `${program} is not dbt-mesh-ls. Correct the setting dbt-mesh.server.path.`;
  }
}

function firstLine(text: string): string {
  return text.split("\n").find((line) => line.trim() !== "") ?? text;
}

/** A sentence when server and extension do not belong together; both follow semantic versioning. */
export function mismatch(server: string, extension: string): string | undefined {
  const [serverMajor, serverMinor] = parts(server);
  const [major, minor] = parts(extension);
  // Before 1.0 a minor version may break.
  if (serverMajor === major && (major > 0 || serverMinor === minor)) return undefined;
  const older = serverMajor < major || (serverMajor === major && serverMinor < minor);
  const way = older ? "Update the server" : "Update the extension";
  return `dbt-mesh-ls is version ${server}, the extension ${extension}: parts of it may not work. ${way}, or empty dbt-mesh.server.path.`;
}

function parts(version: string): [number, number] {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor];
}
