// Notices that the server's program was replaced while it runs: by pip, cargo, a package manager. Knows no VS Code.
import { type StatsListener, unwatchFile, watchFile } from "node:fs";

const EVERY_MS = 3000;

/** Calls `replaced` whenever another file is there in the program's place. The answer ends the watch. */
export function watch(program: string, replaced: () => void): () => void {
  const listener: StatsListener = (now, before) => {
    // While it is being replaced there may be none, or an empty one.
    if (now.size > 0 && (now.ino !== before.ino || now.mtimeMs !== before.mtimeMs)) replaced();
  };
  watchFile(program, { interval: EVERY_MS, persistent: false }, listener);
  return () => unwatchFile(program, listener);
}
