// A workspace for the drive: the hybrid sample mesh, with platform known by its manifest alone.
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const hybrid = fileURLToPath(new URL("../../../../tests/projects/hybrid", import.meta.url));

export async function workspace() {
  const folder = await mkdtemp(join(tmpdir(), "larkfield-"));
  await cp(hybrid, folder, { recursive: true });
  for (const name of await readdir(join(folder, "platform"))) {
    if (name !== "target") await rm(join(folder, "platform", name), { recursive: true });
  }
  await rm(join(folder, "utils_pkg"), { recursive: true, force: true });
  await writeFile(join(folder, "marketing", "dbt_mesh.yml"), "upstreams:\n  - manifest: ../platform/target/manifest.json\n");
  await writeFile(
    join(folder, "marketing", "models", "campaign_orders.sql"),
    `{{ config(materialized='table') }}

select orders.order_id, customers.country_name
from {{ ref('platform', 'fct_orders') }} as orders
join {{ ref('platform', 'dim_customers', v=2) }} as customers
  on customers.customer_id = orders.customer_id
join {{ ref('platform', 'fct_ordrs') }} as typo
  on typo.order_id = orders.order_id
where {{ ref('platform', 'int_customer_orders') }} is not null
`,
  );
  return folder;
}

/** A project that names a program to run and an address to fetch from, as a repository from anywhere may. */
export async function untrusted(server) {
  const folder = await mkdtemp(join(tmpdir(), "untrusted-"));
  const write = async (path, text) => {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text, { mode: 0o755 });
  };
  await write("dbt_project.yml", 'name: visitor\nversion: "1.0"\nconfig-version: 2\n');
  await write("dependencies.yml", "projects:\n  - name: crm\n");
  await write("dbt_mesh.yml", "upstreams:\n  - name: crm\n    manifest: https://127.0.0.1:9/manifest.json\n");
  await write("models/customers.sql", "select * from {{ ref('crm', 'customers') }}\n");
  await write("server.sh", `#!/bin/sh\ntouch '${folder}/chosen-by-workspace'\nexec '${server}' "$@"\n`);
  await write(".vscode/settings.json", JSON.stringify({ "dbt-mesh.server.path": "${workspaceFolder}/server.sh" }));
  return folder;
}

/** A folder without a project, where even settings cannot be written: `.vscode` is a file. */
export async function bare() {
  const folder = await mkdtemp(join(tmpdir(), "bare-"));
  await writeFile(join(folder, ".vscode"), "");
  await writeFile(join(folder, "query.sql"), "select 1\n");
  return folder;
}

/** An extension that goes by the name of Power User for dbt. */
export async function neighbour(within) {
  const folder = join(within, "power-user");
  await mkdir(folder);
  const manifest = {
    name: "vscode-dbt-power-user", publisher: "innoverio", version: "0.0.1", engines: { vscode: "^1.91.0" },
    main: "./main.js", activationEvents: [], capabilities: { untrustedWorkspaces: { supported: true } },
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "main.js"), "exports.activate = () => {};\n");
  return folder;
}
