import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { inflateRawSync } from "node:zlib";

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "dbt-mesh-vsix-test-"));
after(() => rmSync(folder, { recursive: true }));

const npmScript = (script: string, ...more: string[]) =>
  execFileSync(process.execPath, [join(root, "scripts", script), ...more], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

interface Entry {
  mode: number;
  bytes: Buffer;
}

/** The files of a zip archive, after its central directory. */
function unzip(path: string): Map<string, Entry> {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const out = new Map<string, Entry>();
  for (let at = zip.readUInt32LE(end + 16), left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameSize, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [number, number, number];
    const [method, size, from] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const data = from + 30 + zip.readUInt16LE(from + 26) + zip.readUInt16LE(from + 28);
    const bytes = zip.subarray(data, data + size);
    const name = zip.toString("utf8", at + 46, at + 46 + nameSize);
    out.set(name, { mode: zip.readUInt32LE(at + 38) >>> 16, bytes: method === 0 ? bytes : inflateRawSync(bytes) });
    at += 46 + nameSize + extra + comment;
  }
  return out;
}

test("packages for all platforms hold the server, the others nothing that is not theirs", () => {
  const [servers, out] = [join(folder, "servers"), join(folder, "out")];
  // One by the marketplace's name, one by Rust's.
  for (const [target, name] of [["linux-x64", "dbt-mesh-ls"], ["x86_64-pc-windows-msvc", "dbt-mesh-ls.exe"]] as const) {
    mkdirSync(join(servers, target), { recursive: true });
    writeFileSync(join(servers, target, name), `the server of ${target}`);
  }
  const said = npmScript("package-all.mjs", "--servers", servers, "--out", out);
  assert.match(said, /^2 platforms and the universal package/);
  assert.match(said, /no server for linux-arm64 \(aarch64-unknown-linux-gnu\), alpine-x64/);
  assert.throws(() => npmScript("package-all.mjs", "--servers", join(folder, "none"), "--out", join(folder, "x"), "--all"));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const names = ["linux-x64", "universal", "win32-x64"].map((target) => `dbt-mesh-${target}-${version}.vsix`);
  assert.deepEqual(readdirSync(out).sort(), names);

  const linux = unzip(join(out, names[0] ?? ""));
  assert.match(linux.get("extension.vsixmanifest")?.bytes.toString() ?? "", /TargetPlatform="linux-x64"/);
  assert.equal(linux.get("extension/server/dbt-mesh-ls")?.bytes.toString(), "the server of linux-x64");
  assert.equal((linux.get("extension/server/dbt-mesh-ls")?.mode ?? 0) & 0o777, 0o755, "it may be run");
  const windows = unzip(join(out, names[2] ?? ""));
  assert.equal(windows.get("extension/server/dbt-mesh-ls.exe")?.bytes.toString(), "the server of x86_64-pc-windows-msvc");
  const universal = unzip(join(out, names[1] ?? ""));
  assert.ok(![...universal.keys()].some((path) => path.includes("/server/")));

  const paths = [...universal.keys()];
  for (const path of ["package.json", "readme.md", "changelog.md", "LICENSE.txt", "dist/extension.js", "dist/page.js", "dist/NOTICES.md", "media/icon.png"]) {
    assert.ok(paths.includes(`extension/${path}`), `${path} is in ${paths.join(" ")}`);
  }
  assert.ok(!paths.some((path) => /\/(src|test|scripts|node_modules|test-host)\/|\.ts$|\.map$/.test(path)), paths.join("\n"));
  const links = [...(universal.get("extension/readme.md")?.bytes.toString() ?? "").matchAll(/\]\((https:[^)]*)\)/g)];
  const ends = links.map(([, link]) => new URL(link ?? "").pathname.replace(/^\/[^/]+\/[^/]+/, ""));
  for (const end of ends) assert.ok(existsSync(join(root, "../..", end.replace("/blob/HEAD/", ""))), `${end} is a file of the repository`);
  assert.ok(ends.includes("/blob/HEAD/README.md"), ends.join(" "));
  const size = [...universal.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  assert.ok(size < 2_000_000, `${size} bytes without a server`);
  const manifest = JSON.parse(universal.get("extension/package.json")?.bytes.toString() ?? "{}") as Record<string, unknown>;
  for (const key of ["private", "scripts", "devDependencies", "enabledApiProposals"]) assert.equal(manifest[key], undefined);

  const published = npmScript("publish.mjs", out, "--dry-run");
  assert.match(published, /marketplace: 3 packages, not published[^]*open-vsx: 3 packages, not published/);
  assert.throws(() => execFileSync(process.execPath, [join(root, "scripts/publish.mjs"), out], { env: {}, stdio: "pipe" }), /VSCE_PAT is not set/);
});
