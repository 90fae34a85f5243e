// How often a server that has crashed is started again.

export const AT_MOST = 3;
export const WITHIN_MS = 3 * 60_000;

export class Restarts {
  private crashes: number[] = [];

  /** Notes a crash; whether the server is to be started again. `now` in milliseconds. */
  again(now: number): boolean {
    this.crashes = this.crashes.filter((crash) => now - crash < WITHIN_MS);
    this.crashes.push(now);
    return this.crashes.length <= AT_MOST;
  }

  /** The user wants to try again. */
  forget(): void {
    this.crashes = [];
  }
}
