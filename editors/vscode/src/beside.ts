// Tells of other dbt extensions that answer the same, once, and leaves answers to them when the user says so.
import * as vscode from "vscode";
import { type Neighbour, doubled, list, present, sentence } from "./neighbours";
import { SECTION, get } from "./settings";
import { tell } from "./tell";

/** Of whom the user has heard, so that nobody hears it twice. */
const TOLD = "dbtMesh.neighboursTold";

export function neighboursHere(): Neighbour[] {
  return present((id) => vscode.extensions.getExtension(id) !== undefined);
}

export function tellOfNeighbours(context: vscode.ExtensionContext): void {
  const others = neighboursHere();
  const key = others.map(({ id }) => id).join(" ");
  const off = get<string[]>("features.off", []);
  const text = sentence(others, off);
  if (!text || context.globalState.get(TOLD) === key) return;
  void context.globalState.update(TOLD, key);
  const left = [...off, ...doubled(others, off)];
  tell("info", text, {
    "Keep Both": () => undefined,
    [`Leave It to ${list(others.map(({ name }) => name))}`]: () =>
      vscode.workspace.getConfiguration(SECTION).update("features.off", left, vscode.ConfigurationTarget.Global),
  });
}
