import type { Locator, Page } from 'playwright';

/** The elements of a chat in a page, found by their accessible names, which are part of the contract. */
export interface Phone {
  readonly box: Locator;
  readonly send: Locator;
  readonly log: Locator;
  readonly typing: Locator;
  /** A message that was received. */
  readonly received: (text: string) => Locator;
  /** An own message with this status. */
  readonly sent: (tick: Tick, text: string) => Locator;
  readonly say: (text: string) => Promise<void>;
}

export type Tick =
  | 'Waiting to be sent'
  | 'Sending'
  | 'Sent'
  | 'Delivered'
  | 'Read'
  | 'Could not be delivered'
  | 'Not confirmed'
  | 'Not sent';

/** The chat with `name` in a page, or in a part of it. */
export function phone(scope: Page | Locator, name: string): Phone {
  const box = scope.getByRole('textbox', { name: `Message ${name}`, exact: true });
  const send = scope.getByRole('button', { name: 'Send', exact: true });
  const log = scope.getByRole('log', { name: `Conversation with ${name}`, exact: true });
  const article = (start: string): Locator => log.getByRole('article', { name: new RegExp(`^${escaped(start)} `) });
  return {
    box,
    log,
    send,
    typing: scope.getByRole('status').getByText(`${name} is typing…`, { exact: true }),
    received: (text) => article(`${name} said: ${text}`),
    sent: (tick, text) => article(`${tick} You said: ${text}`),
    async say(text) {
      await box.fill(text);
      // On a touch device, Enter begins a new line.
      if ((await box.getAttribute('enterkeyhint')) === 'send') await box.press('Enter');
      else await send.click();
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`);
}
