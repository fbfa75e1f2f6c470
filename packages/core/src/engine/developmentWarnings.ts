/** Warnings about the options of a flow, in development only. */

import type { InstantMessagingFlowOptions, InstantMessagingFlowTemplate } from './flowOptions.ts';

// Bundlers replace this expression by a text. A browser that loads the modules without a bundler has no `process`.
declare const process: { readonly env: { readonly NODE_ENV?: string } };
declare const console: { readonly warn: (sentence: string) => void };

export interface OptionWarnings {
  /**
   * Names options that do not exist, and a participant who is the local user.
   * @param remote the normalised address of the participant.
   */
  readonly check: (options: InstantMessagingFlowOptions, remote: string) => void;
}

/** Undefined in production builds, which omit the texts. */
export const warnings: OptionWarnings | undefined = /* @__PURE__ */ createWarnings();

function createWarnings(): OptionWarnings | undefined {
  try {
    if (process.env.NODE_ENV !== 'production') {
      const shown = new Set<string>();
      const warn = (sentence: string): void => {
        if (shown.has(sentence)) return;
        shown.add(sentence);
        console.warn(`imflow: ${sentence}`);
      };
      // The types require every option, so that none is forgotten here.
      const options: Record<keyof InstantMessagingFlowOptions, true> = {
        transport: true,
        remote: true,
        template: true,
        defaults: true,
        storage: true,
        tabs: true,
        files: true,
        clock: true,
        random: true,
      };
      const settings: Record<keyof InstantMessagingFlowTemplate, true> = {
        composingTimeout: true,
        composingPolicy: true,
        allowExplicitIdle: true,
        messageConsumptionMode: true,
        supportedFormats: true,
        unsupportedFormat: true,
        waitForDeliveryNotification: true,
        notify: true,
        trust: true,
        sendDelay: true,
        sendTimeout: true,
        maxSendAttempts: true,
        maxMessageLength: true,
        deliveryReportTimeout: true,
        maxPendingDeliveryReports: true,
        pageSize: true,
      };
      const nameUnknown = (given: object | undefined, known: object, of: string): void => {
        for (const name of Object.keys(given ?? {})) {
          if (Object.hasOwn(known, name)) continue;
          const elsewhere = known === options && Object.hasOwn(settings, name) ? ' Pass it in template.' : '';
          warn(`${name} is no option of ${of} and has no effect.${elsewhere}`);
        }
      };
      return {
        check(given, remote) {
          nameUnknown(given, options, 'a flow');
          nameUnknown(given.template, settings, 'template');
          nameUnknown(given.defaults, settings, 'defaults');
          if (given.transport.localAddress !== remote) return;
          warn(`remote is ${remote}, which is the address of the transport: messages are sent to the local user.`);
        },
      };
    }
  } catch {
    // Without a bundler, development and production cannot be distinguished.
  }
  return undefined;
}
