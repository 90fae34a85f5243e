// The text of a ref() to a model.
import type { Model } from "./protocol";

/** `{{ ref('platform', 'orders', v=2) }}`; in Python `dbt.ref(…)`. The project's own models need no project. */
export function refTo(model: Model, project: string, from: { project: string | undefined; python: boolean }): string {
  const args = [`'${model.name}'`];
  if (from.project !== project) args.unshift(`'${project}'`);
  if (model.version !== null) {
    const plain = /^\d+(\.\d+)?$/.test(model.version) ? model.version : `'${model.version}'`;
    args.push(from.python ? `version=${plain}` : `v=${plain}`);
  }
  return from.python ? `dbt.ref(${args.join(", ")})` : `{{ ref(${args.join(", ")}) }}`;
}
