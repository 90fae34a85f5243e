// `node test/drive/run.mjs --server PROGRAM [--code DIR] [--out DIR] [--only page,host,editor]` (or `host:SUITE`, or `frames`): the lineage page in
// Chromium, then, with --code (where setup.sh has put code-server), tests inside the extension host of VS Code, and the
// packaged extension used as by a person. Says what it skips.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { program } from "./browser.mjs";
import { drive } from "./editor.mjs";
import { frames } from "./frames.mjs";
import { host } from "./host.mjs";
import { page } from "./page.mjs";

const { values } = parseArgs({
  options: { server: { type: "string" }, code: { type: "string" }, out: { type: "string" }, only: { type: "string" } },
});
if (!values.server) throw new Error("--server PROGRAM is missing");
const out = resolve(values.out ?? (await mkdtemp(join(tmpdir(), "dbt-mesh-shots-"))));
await mkdir(out, { recursive: true });

if (!program) {
  console.log("skipped: there is no Chromium here");
} else {
  const server = resolve(values.server);
  const parts = values.only?.split(",");
  const wanted = (part) => parts === undefined || parts.some((one) => one === part || one.startsWith(`${part}:`));
  const suite = parts?.find((one) => one.startsWith("host:"))?.slice("host:".length);
  if (wanted("page")) await page({ server, out });
  if (parts?.includes("frames")) await frames({ server, out });
  if (!wanted("host") && !wanted("editor")) {
    // done
  } else if (!values.code) {
    console.log("skipped: the extension in VS Code, for want of --code");
  } else {
    const code = resolve(values.code);
    if (wanted("host")) await host({ code, server, out, only: suite });
    if (wanted("editor")) {
      const vsix = join(out, "dbt-mesh.vsix");
      const packager = fileURLToPath(new URL("../../scripts/package.mjs", import.meta.url));
      execFileSync(process.execPath, [packager, "--target", "linux-x64", "--server", server, "--out", vsix], { stdio: "pipe" });
      await drive({ code, vsix, out });
    }
  }
  console.log(`screenshots: ${out}`);
}
