/** The actions of `otherBrowsers.servers.e2e.test.ts` in a page of any browser. */

export type NamedKey = 'Enter' | 'ArrowUp' | 'Control+f';

export interface OtherBrowser {
  readonly version: string;
  /** Opens an address in the only page, and waits until it has loaded. */
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** The value of an expression in the page, as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Writes into an element, key by key. */
  write(selector: string, text: string): Promise<void>;
  /** Presses a key in an element. */
  press(selector: string, key: NamedKey): Promise<void>;
  close(): Promise<void>;
}
