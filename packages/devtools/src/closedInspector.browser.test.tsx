import { FlowProvider, useFlow, useInstantMessagingFlow } from '@imflow/react';
import { MessageList } from '@imflow/ui';
import '@imflow/ui/styles.css';
import type { ReactElement } from 'react';
import { expect, it, onTestFinished, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { createStatusFlow, type StatusFlow } from '../fixtures/statusFlow.ts';
import { FlowInspector } from './FlowInspector.tsx';

type Renders = Readonly<Record<string, number>>;

/** The steps of a conversation. Each step is rendered before the next one. */
const STEPS: ReadonlyArray<(test: StatusFlow) => unknown> = [
  (test) => test.send('First'),
  (test) => test.accept(),
  (test) => test.receipt(test.flow.messages.order.at(0) ?? '', 'delivered'),
  (test) => test.receipt(test.flow.messages.order.at(0) ?? '', 'displayed'),
  (test) => test.push({ type: 'composing', sender: 'bo', state: 'composing', refresh: 60_000 }),
  (test) => test.receive('m1'),
  (test) => test.connection('offline'),
  (test) => test.send('Second'),
  (test) => test.connection('online'),
  (test) => test.refuse(500),
];

/** How often each row, and each component with a hook, renders during a conversation. */
async function countRenders(child: (test: StatusFlow) => ReactElement | undefined): Promise<Renders> {
  const renders: Record<string, number> = {};
  const count = (name: string): void => void (renders[name] = (renders[name] ?? 0) + 1);
  function Row(props: object): ReactElement {
    count('row');
    return <article {...props} />;
  }
  function WithFlow(): undefined {
    useFlow();
    count('useFlow');
  }
  function WithState(): undefined {
    useInstantMessagingFlow(useFlow());
    count('useInstantMessagingFlow');
  }

  const test = await createStatusFlow();
  onTestFinished(() => test.flow.terminate());
  const screen = await render(
    <FlowProvider flow={test.flow}>
      <WithFlow />
      <WithState />
      <div style={{ display: 'flex', flexDirection: 'column', blockSize: 500 }}>
        <MessageList.Root>
          <MessageList.Viewport>
            <MessageList.Items>{(each) => <MessageList.Item {...each} render={Row} />}</MessageList.Items>
          </MessageList.Viewport>
        </MessageList.Root>
      </div>
      {child(test)}
    </FlowProvider>,
  );
  for (const step of STEPS) {
    await step(test);
    await settled(renders);
  }
  expect(screen.container.querySelectorAll('article')).toHaveLength(3);
  await screen.unmount();
  return renders;
}

/** Waits until nothing has rendered for 10 frames. */
async function settled(renders: Renders): Promise<void> {
  const sum = (): number => Object.values(renders).reduce((one, other) => one + other, 0);
  let before = -1;
  while (before !== sum()) {
    before = sum();
    for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
  }
}

it('B443 rows and hooks render as often with a closed inspector beside them as without one', async () => {
  await page.viewport(420, 720);
  // The local user has the focus in both cases, so that the same receipts are sent.
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  const without = await countRenders(() => undefined);
  const beside = await countRenders(({ flow }) => <FlowInspector flow={flow} />);
  expect(without['useInstantMessagingFlow']).toBeGreaterThan(1);
  expect(beside).toEqual(without);
});
