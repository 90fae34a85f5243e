// The life of the server: found, checked, started, restarted a few times, and what the user is told.
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  State as ClientState,
  type StaticFeature,
} from "vscode-languageclient/node";
import * as binary from "./binary";
import { middleware } from "./features";
import { AT_MOST, Restarts } from "./restart";
import { SECTION, forServer, get } from "./settings";
import type { ServerState } from "./status";
import { mention, reason, tell } from "./tell";
import { watch } from "./upgrade";

const TOKEN_TYPES = [
  "dbtProject", "dbtModel", "dbtUpstreamModel", "dbtSeed", "dbtSnapshot", "dbtSource", "dbtTable", "dbtVersion",
  "dbtColumn", "dbtExposure", "dbtMetric", "dbtGroup", "dbtDocs", "dbtTest", "dbtMacro",
];

const FILES = "**/*.{sql,yml,yaml,md,py,csv}";

/** The server would note down that it is trusted; here the editor decides that. */
const TRUST = "dbt-mesh.trustWorkspace";

/** A lens of the server's runs this command of ours. */
export const SHOW_REFERENCES = "dbt-mesh.showReferences";

/** What this client can do beyond the protocol. */
const ours: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      meshChanged: true,
      commands: { commands: [SHOW_REFERENCES] },
    };
    // The types that package.json gives to themes, beside those of the protocol.
    const tokens = capabilities.textDocument?.semanticTokens;
    if (tokens) {
      tokens.tokenTypes = [...tokens.tokenTypes, ...TOKEN_TYPES];
      tokens.tokenModifiers = [...tokens.tokenModifiers, "upstream"];
    }
  },
  initialize: () => {},
  getState: () => ({ kind: "static" }),
  clear: () => {},
};

export class Server implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("dbt mesh", { log: true });
  private readonly restarts = new Restarts();
  private readonly changed = new vscode.EventEmitter<{ state: ServerState; why?: string }>();
  readonly onDidChangeState = this.changed.event;
  client: LanguageClient | undefined;
  state: ServerState = "idle";
  private stopping = false;
  private unwatch: () => void = () => {};
  /** One start or stop at a time. */
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {}

  start(): Promise<void> {
    this.turn = this.turn.then(() => this.starting()).catch((error: unknown) => this.failed(String(error)));
    return this.turn;
  }

  restart(): Promise<void> {
    this.restarts.forget();
    this.turn = this.turn.then(() => this.stop());
    return this.start();
  }

  private become(state: ServerState, why?: string): void {
    this.state = state;
    this.changed.fire(why === undefined ? { state } : { state, why });
  }

  private async starting(): Promise<void> {
    if (this.client) return;
    this.become("starting");
    const found = binary.find({
      configured: get("server.path", ""),
      extension: this.context.extensionPath,
      workspace: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      path: process.env["PATH"] ?? "",
    });
    if ("problem" in found) return this.failed(found.problem);
    const answer = await binary.version(found.program);
    if ("problem" in answer) return this.failed(answer.problem);
    this.log.info(`${found.program} (from the ${found.from}), version ${answer.version}`);
    const own = (this.context.extension.packageJSON as { version: string }).version;
    const mismatch = binary.mismatch(answer.version, own);
    if (mismatch) this.tell(mismatch, "warning");
    await this.run(found.program);
    this.unwatch();
    this.unwatch = watch(found.program, () => void this.replaced(found.program, answer.version));
  }

  private async run(program: string): Promise<void> {
    const environment = get<Record<string, string>>("server.environment", {});
    const options = { env: { ...process.env, ...environment } };
    const client = new LanguageClient(
      SECTION,
      "dbt mesh",
      { command: program, args: ["lsp"], options },
      this.options(),
    );
    client.registerFeature(ours);
    client.onDidChangeState(({ newState }) => {
      if (newState === ClientState.Running) this.become("running");
      else if (newState === ClientState.Starting) this.become("starting");
    });
    this.stopping = false;
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.failed(`The server of dbt mesh did not start: ${reason(error)}. Its log says more.`);
    }
  }

  /** The program was upgraded, or downgraded, under the running server. */
  private async replaced(program: string, running: string): Promise<void> {
    const answer = await binary.version(program);
    if (this.state !== "running") return;
    if ("problem" in answer) this.tell(`The server still runs, but its program was replaced: ${answer.problem}`, "warning");
    else {
      const change = answer.version === running ? "another build" : `version ${answer.version}`;
      this.tell(`${program} was replaced by ${change}; version ${running} still runs. Restart the server to use it.`, "info");
    }
  }

  private options(): LanguageClientOptions {
    return {
      // By path, as the server does: whatever language another extension gives the file.
      documentSelector: [{ scheme: "file", pattern: FILES }],
      outputChannel: this.log,
      initializationOptions: forServer(vscode.workspace.getConfiguration(SECTION)),
      middleware: {
        ...middleware,
        executeCommand: (command, args, next) =>
          command === TRUST ? vscode.commands.executeCommand("workbench.trust.manage") : next(command, args),
        workspace: {
          // A path that is changed ends the server while it is told of the change: nothing that anybody has to read about.
          didChangeConfiguration: (sections, next) => next(sections).catch((error: unknown) => this.log.debug(reason(error))),
          configuration: async (params, token, next) => {
            const answers = await next(params, token);
            if (!Array.isArray(answers)) return answers;
            return answers.map((answer, at) => (params.items[at]?.section === SECTION ? forServer(answer) : answer));
          },
        },
      },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
    };
  }

  private closed(): { action: CloseAction; handled: boolean } {
    if (this.stopping) return { action: CloseAction.DoNotRestart, handled: true };
    if (this.restarts.again(Date.now())) {
      this.log.warn("the server ended unexpectedly, and is started again");
      mention("dbt mesh: the server ended unexpectedly and is started again");
      return { action: CloseAction.Restart, handled: true };
    }
    this.client = undefined;
    this.failed(`The server of dbt mesh ended unexpectedly ${AT_MOST + 1} times within minutes and is left alone now. Its log says more.`);
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private failed(why: string): void {
    this.log.error(why);
    this.become("failed", why);
    this.tell(why, "error");
  }

  private tell(text: string, kind: "info" | "warning" | "error"): void {
    tell(kind, text, {
      "Restart Server": () => this.restart(),
      "Show Log": () => this.log.show(),
      Settings: () => vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.server`),
    });
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.stopping = true;
    this.unwatch();
    if (client) {
      try {
        await client.dispose();
      } catch (error) {
        // A server that is gone already cannot be asked to leave.
        this.log.debug(String(error));
      }
    }
    this.become("idle");
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
    this.log.dispose();
  }
}
