import { createInstantMessagingFlow } from '@imflow/core';
import { createIndexedDbStorage } from '@imflow/core/storage';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { type Find, FlowProvider, useFind } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { type ReactElement, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { until } from '../shared/until.ts';

/** The times of a search in a stored conversation, in ms. */
export interface Found {
  /** The time from the call until the first match; `all`: until the whole conversation is searched. */
  readonly first: number;
  readonly all: number;
  readonly matches: number;
  /** The longest task of the page in this time; 0 if none took 50 ms. */
  readonly longestTask: number;
}

/** Finds a text in a conversation that `opening` has stored. */
export async function measureFinding(count: number, text: string): Promise<Found> {
  const host = document.createElement('div');
  host.style.cssText = 'position:fixed;inset:0 auto auto 0;inline-size:400px;block-size:700px;display:flex';
  document.body.append(host);
  const flow = createInstantMessagingFlow({
    transport: createLoopbackNetwork().connect('ana'),
    remote: 'bo',
    storage: createIndexedDbStorage({ name: `bench-${count}` }),
  });
  flow.start();
  let search: Find | undefined;
  function Probe(): ReactElement {
    const found = useFind();
    useEffect(() => {
      search = found;
    });
    return <Chat />;
  }
  createRoot(host).render(
    <FlowProvider flow={flow}>
      <Probe />
    </FlowProvider>,
  );
  await until(() => host.querySelector('.imflow-row') !== null && search !== undefined);
  // Waits for work that the first frames postponed.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ['longtask'] });
  const started = performance.now();
  search?.find(text);
  await until(() => (search?.matches.length ?? 0) > 0 || isOver(search, text));
  const first = performance.now() - started;
  await until(() => isOver(search, text));
  const all = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return { first, all, matches: search?.matches.length ?? 0, longestTask: Math.max(0, ...tasks) };
}

function isOver(search: Find | undefined, text: string): boolean {
  return search?.query === text && !search.searching;
}
