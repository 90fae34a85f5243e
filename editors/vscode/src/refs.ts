// The text of a ref() to a model.
import type { Model } from "./protocol";

/** Where it is written: in a template's text, inside a tag or in YAML, or in Python. */
export type Form = "text" | "tag" | "python";

/** `{{ ref('platform', 'orders', v=2) }}`; in Python `dbt.ref(…)`. The project's own models need no project. */
export function refTo(model: Model, project: string, from: { project: string | undefined; form: Form }): string {
  const args = [`'${model.name}'`];
  if (from.project !== project) args.unshift(`'${project}'`);
  const python = from.form === "python";
  if (model.version !== null) {
    const plain = /^\d+(\.\d+)?$/.test(model.version) ? model.version : `'${model.version}'`;
    args.push(python ? `version=${plain}` : `v=${plain}`);
  }
  const call = `ref(${args.join(", ")})`;
  return python ? `dbt.${call}` : from.form === "tag" ? call : `{{ ${call} }}`;
}

/** What a place in a file asks for: `before` is the text in front of it. */
export function formAt(path: string, before: string): Form {
  if (/\.py$/.test(path)) return "python";
  const open = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  const closed = Math.max(before.lastIndexOf("}}"), before.lastIndexOf("%}"));
  return /\.ya?ml$/.test(path) || open > closed ? "tag" : "text";
}
