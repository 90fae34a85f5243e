// A workspace for the drive: the hybrid sample mesh, with platform known by its manifest alone.
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
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
