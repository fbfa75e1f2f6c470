/** Warnings about the sources of flows, in development only. */

import type { InstantMessagingFlow, InstantMessagingFlowOptions } from '@imflow/core';
import type { FlowHandle } from './flowRegistry.ts';

// Bundlers replace `process.env.NODE_ENV` by a string. In a browser without a bundler, there is no `process`.
declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** Options that are usually written as literals, and are compared by their content. */
const TEMPLATES: ReadonlySet<string> = new Set(['template', 'defaults']);

/** How long the application has to start a flow that it uses, in ms. */
const START_TIME = 5_000;

export interface SourceWarnings {
  /** Remembers the options of a new flow. Warns about options of later renderings and users that differ from them. */
  readonly options: (handle: FlowHandle, options: InstantMessagingFlowOptions) => void;
  /** Warns about a participant for whom a component gets a new flow with each rendering. */
  readonly replaced: (before: readonly FlowHandle[], now: readonly FlowHandle[]) => void;
  /** Warns about a flow of the application that is used and was never started. Returns a function that ends the observation. */
  readonly used: (handles: readonly FlowHandle[]) => () => void;
}

/** Undefined in production builds, which leave the sentences out. */
export const warnings: SourceWarnings | undefined = /* @__PURE__ */ createWarnings();

function createWarnings(): SourceWarnings | undefined {
  try {
    if (process.env.NODE_ENV !== 'production') {
      const shown = new Set<string>();
      const warn = (sentence: string): void => {
        if (shown.has(sentence)) return;
        shown.add(sentence);
        // oxlint-disable-next-line no-console -- for the developer of the application
        console.warn(`imflow: ${sentence}`);
      };
      const first = new WeakMap<FlowHandle, InstantMessagingFlowOptions>();
      const replacements = new WeakMap<FlowHandle, number>();
      return {
        options(handle, options) {
          const known = first.get(handle);
          if (known === undefined) first.set(handle, options);
          for (const [name, value] of Object.entries(options)) {
            const other = known?.[name as keyof InstantMessagingFlowOptions];
            const isSame = TEMPLATES.has(name) ? printed(value) === printed(other) : value === other;
            if (!known || name === 'remote' || value === undefined || isSame) continue;
            warn(
              `The flow with ${handle.flow.remote} exists already with a different option ${name}, and the new value has no effect. Create the value once, outside of components.`,
            );
          }
        },
        replaced(before, now) {
          for (const [index, handle] of now.entries()) {
            const last = before[index];
            if (last === undefined || last === handle || last.flow.remote !== handle.flow.remote) continue;
            if (last.flow.localAddress !== handle.flow.localAddress) continue;
            const count = (replacements.get(last) ?? 0) + 1;
            replacements.set(handle, count);
            if (count < 2) continue;
            warn(
              `A component has had three flows with ${handle.flow.remote}. If its transport or flow is created while rendering, create it once, outside of components or in useState.`,
            );
          }
        },
        used(handles) {
          const timer = setTimeout(() => {
            for (const { flow } of handles) {
              if (isStarted(flow)) continue;
              warn(
                `The flow with ${flow.remote} is used and was not started: it neither connects nor sends. Call its start method, or pass its options to FlowProvider, which starts it.`,
              );
            }
          }, START_TIME);
          return () => clearTimeout(timer);
        },
      };
    }
  } catch {
    // Without a bundler, development cannot be distinguished from production.
  }
  return undefined;
}

/** Whether a flow was ever started. True for an object that is no flow of the engine, as in tests of an application. */
function isStarted(flow: InstantMessagingFlow): boolean {
  let started = true;
  try {
    const stop = flow.inspect(({ state: { lifecycle } }) => {
      started = lifecycle.started || lifecycle.phase !== 'idle';
    });
    stop();
  } catch {
    // It is no flow of the engine.
  }
  return started;
}

/** A value as text, for comparisons. All functions are equal: they are usually created while rendering, and do the same. */
function printed(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'function' ? 'function' : each)) ?? '';
}
