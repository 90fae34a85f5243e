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
import { AT_MOST, Restarts } from "./restart";
import { SECTION, forServer, get } from "./settings";
import type { ServerState } from "./status";

const TOKEN_TYPES = [
  "dbtProject", "dbtModel", "dbtUpstreamModel", "dbtSeed", "dbtSnapshot", "dbtSource", "dbtTable", "dbtVersion",
  "dbtColumn", "dbtExposure", "dbtMetric", "dbtGroup", "dbtDocs", "dbtTest", "dbtMacro",
];

const FILES = "**/*.{sql,yml,yaml,md,py,csv}";

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
      this.failed(`The server of dbt mesh did not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private options(): LanguageClientOptions {
    return {
      // By path, as the server does: whatever language another extension gives the file.
      documentSelector: [{ scheme: "file", pattern: FILES }],
      outputChannel: this.log,
      initializationOptions: forServer(vscode.workspace.getConfiguration(SECTION)),
      middleware: {
        workspace: {
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
      return { action: CloseAction.Restart, handled: true };
    }
    this.client = undefined;
    this.failed(`The server of dbt mesh crashed ${AT_MOST + 1} times within minutes and is left alone now. Its log says more.`);
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private failed(why: string): void {
    this.log.error(why);
    this.become("failed", why);
    this.tell(why, "error");
  }

  private tell(text: string, kind: "error" | "warning"): void {
    const show = kind === "error" ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
    void show(text, "Restart Server", "Show Log", "Settings").then((chosen) => {
      if (chosen === "Restart Server") return this.restart();
      if (chosen === "Show Log") return this.log.show();
      if (chosen === "Settings") {
        return vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.server`);
      }
      return undefined;
    });
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.stopping = true;
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
