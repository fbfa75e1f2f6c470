import { createScript, createSeededRandom, printTrace, readTrace, traceSimulation } from '@imflow/testing';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { createStatusFlow, type StatusFlow } from '../fixtures/statusFlow.ts';
import { FlowInspector, type FlowInspectorProps } from './FlowInspector.tsx';

/** A flow of three messages, the last of which waits, and its closed inspector. */
async function show(props: Partial<FlowInspectorProps> = {}): Promise<StatusFlow> {
  await page.viewport(900, 700);
  const test = await createStatusFlow();
  await test.send('First');
  await test.accept();
  await test.receive('m1');
  await test.connection('offline');
  await test.send('Second');
  await render(
    <StrictMode>
      <FlowInspector flow={test.flow} {...props} />
    </StrictMode>,
  );
  return test;
}

async function open(): Promise<void> {
  await userEvent.click(page.getByRole('button', { name: 'Inspect flow' }));
  await expect.element(page.getByRole('region', { name: 'Flow inspector' })).toBeVisible();
}

async function choose(section: string): Promise<void> {
  await userEvent.click(page.getByRole('tab', { name: section }));
}

/** The element with the focus, also in the shadow root. */
function focused(): Element | null {
  return document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
}

describe('the inspector', () => {
  it('B424 a closed inspector inspects nothing, and an open one stops when it is closed', async () => {
    const { flow } = await createStatusFlow();
    const inspect = vi.spyOn(flow, 'inspect');
    await render(<FlowInspector flow={flow} />);
    await expect.element(page.getByRole('button', { name: 'Inspect flow' })).toBeVisible();
    expect(inspect).not.toHaveBeenCalled();
    await open();
    await expect.element(page.getByText('No messages are loaded.')).toBeVisible();
    expect(inspect).toHaveBeenCalledTimes(1);
    const stop = inspect.mock.results[0]?.value as () => boolean;
    await userEvent.click(page.getByRole('button', { name: 'Close inspector' }));
    await expect.element(page.getByRole('region', { name: 'Flow inspector' })).not.toBeInTheDocument();
    // False: the panel has stopped the inspection already.
    expect(stop()).toBe(false);
  });

  it('B424 the panel explains each message, and follows the flow', async () => {
    const test = await show();
    await open();
    await expect.element(page.getByText('It waits until the connection is up; the device is offline.')).toBeVisible();
    await test.connection('online');
    await expect.element(page.getByText(/^Attempt 1 was passed to the transport/)).toBeVisible();
  });

  it('B424 the panel that a user opens gets the focus, Escape closes it, and the focus returns to the button', async () => {
    await show();
    const keys: string[] = [];
    const listen = ({ key }: KeyboardEvent): number => keys.push(key);
    document.addEventListener('keydown', listen);
    onTestFinished(() => document.removeEventListener('keydown', listen));
    await open();
    await expect.poll(() => focused()?.textContent).toBe('Messages');
    await userEvent.keyboard('{ArrowRight}{Escape}');
    await expect.element(page.getByRole('region', { name: 'Flow inspector' })).not.toBeInTheDocument();
    await expect.poll(() => focused()?.textContent).toBe('Inspect flow');
    // The keys do not reach the shortcuts of the page.
    expect(keys).toEqual([]);
  });

  it('B424 an inspector that is open at first leaves the focus where it is', async () => {
    await show({ defaultOpen: true });
    await expect.element(page.getByRole('region', { name: 'Flow inspector' })).toBeVisible();
    expect(focused()).toBe(document.body);
  });

  it('B424 the sections are one stop of the Tab key, and so are the transactions; arrow keys move inside each', async () => {
    await show({ defaultOpen: true });
    await choose('Messages');
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(page.getByRole('tab', { name: 'Transactions', selected: true })).toBeVisible();
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
    await expect.element(page.getByRole('tab', { name: 'State', selected: true })).toBeVisible();
    await choose('Transactions');
    const lines = page.getByRole('list', { name: 'Transactions' }).getByRole('button');
    const stops = (): number => lines.elements().filter((line) => (line as HTMLElement).tabIndex === 0).length;
    await userEvent.click(page.getByRole('button', { name: 'Pause' }));
    expect(stops()).toBe(1);
    (lines.elements()[0] as HTMLElement).focus();
    await userEvent.keyboard('{End}{Home}{Enter}');
    expect(focused()).toBe(lines.elements()[0]);
    expect(focused()?.getAttribute('aria-current')).toBe('true');
    expect(stops()).toBe(1);
  });

  it('B424 the timeline shows frames in and out, filters them and finds texts', async () => {
    const test = await show({ defaultOpen: true });
    await choose('Transactions');
    await expect.element(page.getByText('1 of 1 transactions')).toBeVisible();
    await test.connection('online');
    await test.receive('m2', { body: 'where is the lighthouse' });
    const lines = page.getByRole('list', { name: 'Transactions' }).getByRole('button');
    await expect.element(lines.filter({ hasText: 'in message m2' })).toBeVisible();
    await expect.element(lines.filter({ hasText: 'out delivered m2' })).toBeVisible();
    await userEvent.fill(page.getByRole('searchbox'), 'Lighthouse');
    await expect.element(lines.filter({ hasText: 'status online' })).not.toBeInTheDocument();
    await expect.element(lines.filter({ hasText: 'in message m2' })).toBeVisible();
    await userEvent.clear(page.getByRole('searchbox'));
    await userEvent.selectOptions(page.getByRole('combobox'), 'Frames in');
    await expect.poll(() => lines.elements().length).toBe(1);
  });

  it('B424 a recording that began earlier shows what happened before, and a pause keeps it', async () => {
    const test = await createStatusFlow();
    await test.receive('m1');
    await render(<FlowInspector flow={test.flow} recording={test.recording} defaultOpen />);
    const { length } = test.recording.getTrace().transactions;
    await expect.element(page.getByText(`Live: after transaction ${length} of ${length}`)).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Pause' }));
    await test.receive('m2');
    await expect.element(page.getByText(`Paused: after transaction ${length} of ${length}`)).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Pause' }));
    await expect.element(page.getByText(/^Live: after transaction/)).toBeVisible();
    await expect.element(page.getByText('2 of 2 messages')).toBeVisible();
  });

  it('B424 steps back and forward show the messages as they were', async () => {
    const test = await createStatusFlow();
    await test.send('First');
    await test.accept();
    await render(<FlowInspector flow={test.flow} recording={test.recording} defaultOpen />);
    await expect.element(page.getByText(/^The network accepted it/)).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Step back' }));
    await expect.element(page.getByText(/^Attempt 1 was passed to the transport/)).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Step back' }));
    await expect.element(page.getByText('No messages are loaded.')).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Step forward' }));
    await userEvent.click(page.getByRole('button', { name: 'Step forward' }));
    await expect.element(page.getByText(/^The network accepted it/)).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Step forward' })).toBeDisabled();
  });

  it('B424 a trace is saved without texts unless they are chosen, and is opened again', async () => {
    await show({ defaultOpen: true });
    const blobs: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.push(blob as Blob);
      return '#';
    });
    const save = page.getByRole('button', { name: 'Save trace' });
    await userEvent.click(save);
    await userEvent.click(page.getByRole('checkbox', { name: 'with texts' }));
    await userEvent.click(save);
    const [blank = '', whole = ''] = await Promise.all(blobs.map((blob) => blob.text()));
    expect(blank).not.toContain('Second');
    expect(readTrace(whole).messages.map(({ body }) => body)).toContain('Second');
    await userEvent.upload(page.getByLabelText('Open trace'), new File([whole], 'harbour.json'));
    await expect.element(page.getByText(/^Trace harbour.json: after transaction/)).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Back to the flow' }));
    await expect.element(page.getByText(/^Live: after transaction/)).toBeVisible();
  });

  it('B424 B438 a trace of a simulated conversation is opened, and every section shows it', async () => {
    const { traces } = await traceSimulation(createScript(7, createSeededRandom('script 7')));
    await show({ defaultOpen: true });
    for (const [tab, trace] of traces) {
      const file = new File([printTrace(trace, { texts: true })], `${tab.replace('/', '-')}.json`);
      await userEvent.upload(page.getByLabelText('Open trace'), file);
      const { length } = trace.transactions;
      await expect
        .element(page.getByText(`Trace ${file.name}: after transaction ${length} of ${length}`))
        .toBeVisible();
      for (const section of ['Transactions', 'Outbox', 'Receipts', 'State', 'Messages']) {
        await choose(section);
        await expect.poll(() => page.getByRole('tabpanel').element().textContent).not.toBe('');
      }
      await expect.element(page.getByText(/^15 of 15 messages$/)).toBeVisible();
    }
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  });

  it.each([
    ['no json', 'This is no JSON.'],
    ['{}', 'This is no trace of the format imflow-trace-1.'],
    [
      '{"format":"imflow-trace-1","localAddress":"a","remote":"b","capabilities":{},"messages":[],"transactions":[]}',
      'This trace has no transactions.',
    ],
  ])('B424 the panel explains why it cannot open a file that is no trace: %j', async (text, problem) => {
    await show({ defaultOpen: true });
    await userEvent.upload(page.getByLabelText('Open trace'), new File([text], 'wrong.json'));
    await expect.element(page.getByRole('alert')).toHaveTextContent(problem);
  });

  it('B424 a trace with invalid content shows an error in the panel, and the application continues', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await show({ defaultOpen: true });
    const trace =
      '{"format":"imflow-trace-1","localAddress":"a","remote":"b","capabilities":{},"messages":[],"transactions":[{"messages":[{"id":"m1","after":{}}]}]}';
    await userEvent.upload(page.getByLabelText('Open trace'), new File([trace], 'changed.json'));
    await expect.element(page.getByRole('alert')).toHaveTextContent(/^The inspector failed/);
    await userEvent.click(page.getByRole('button', { name: 'Close inspector' }));
    await open();
    await expect.element(page.getByText(/^Live: after transaction/)).toBeVisible();
  });

  it('B424 style rules of the page do not apply to the inspector, and those of the inspector do not apply to the page', async () => {
    const style = document.createElement('style');
    style.textContent =
      '* { color: rgb(255, 0, 0) !important; font: 30px serif; } button { display: none !important; }';
    document.head.append(style);
    onTestFinished(() => style.remove());
    await show({ defaultOpen: true });
    await expect.element(page.getByRole('button', { name: 'Save trace' })).toBeVisible();
    const { color, fontSize } = getComputedStyle(page.getByRole('button', { name: 'Save trace' }).element());
    expect(color).not.toBe('rgb(255, 0, 0)');
    expect(fontSize).toBe('13px');
    expect(document.adoptedStyleSheets).toEqual([]);
  });

  it('B424 in the document of a frame, the inspector uses that document', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const inside = frame.contentDocument as Document;
    const container = inside.body.appendChild(inside.createElement('div'));
    const root = createRoot(container);
    onTestFinished(() => {
      root.unmount();
      frame.remove();
    });
    const { flow } = await createStatusFlow();
    root.render(<FlowInspector flow={flow} defaultOpen placement="inline" />);
    const shadow = (): ShadowRoot | null | undefined => container.querySelector('.imflow-inspector')?.shadowRoot;
    await expect.poll(() => shadow()?.querySelector('[role="tabpanel"]')).toBeTruthy();
    expect(shadow()?.adoptedStyleSheets).toHaveLength(2);
    const panel = shadow()?.querySelector('.panel') as HTMLElement;
    expect(frame.contentWindow?.getComputedStyle(panel).display).toBe('flex');
  });

  it('B444 the content above an inspector at the lower edge makes room for its panel', async () => {
    await page.viewport(600, 700);
    const { flow } = await createStatusFlow();
    await render(
      <div style={{ display: 'flex', flexDirection: 'column', blockSize: '100dvh' }}>
        <style>{'.imflow-inspector { block-size: auto; flex: 0 1 auto; }'}</style>
        <p style={{ flex: 1, margin: 0 }}>Messages</p>
        <button type="button">Send</button>
        <FlowInspector flow={flow} />
      </div>,
    );
    const send = page.getByRole('button', { name: 'Send' }).element();
    const closed = send.getBoundingClientRect().bottom;
    await open();
    const panel = page.getByRole('region', { name: 'Flow inspector' }).element();
    expect(send.getBoundingClientRect().bottom).toBeLessThanOrEqual(panel.getBoundingClientRect().top);
    await userEvent.click(page.getByRole('button', { name: 'Close inspector' }));
    await expect.poll(() => send.getBoundingClientRect().bottom).toBe(closed);
  });

  it.each(['light', 'dark'] as const)(
    'B444 the panel has the color scheme of the element around it (%s)',
    async (colorScheme) => {
      const { flow } = await createStatusFlow();
      await render(
        <div style={{ colorScheme }}>
          <FlowInspector flow={flow} defaultOpen />
        </div>,
      );
      const panel = page.getByRole('region', { name: 'Flow inspector' });
      await expect.element(panel).toBeVisible();
      const { backgroundColor } = getComputedStyle(panel.element());
      expect(backgroundColor).toBe(colorScheme === 'dark' ? 'rgb(21, 27, 35)' : 'rgb(255, 255, 255)');
    },
  );

  it('B444 a reason that is the name of the status is shown once', async () => {
    const test = await createStatusFlow();
    const id = await test.send('First');
    await test.accept();
    await test.receipt(id, 'delivered');
    await test.receipt(id, 'displayed');
    await render(<FlowInspector flow={test.flow} defaultOpen />);
    await expect.element(page.getByText('First', { exact: true })).toBeVisible();
    expect(page.getByText('displayed', { exact: true }).elements()).toHaveLength(1);
  });

  it.each([
    [320, 'light'],
    [320, 'dark'],
    [900, 'light'],
  ] as const)('B424 no element of the panel is wider than a window of %i px (%s)', async (width, colorScheme) => {
    const test = await show({ defaultOpen: true, colorScheme });
    await test.receive('m2', { body: 'A long text is cut at the end of its line. '.repeat(20) });
    await page.viewport(width, 700);
    for (const section of ['Messages', 'Transactions', 'Outbox', 'Receipts', 'State']) {
      await choose(section);
      const panel = page.getByRole('region', { name: 'Flow inspector' }).element();
      await expect.poll(() => panel.scrollWidth <= panel.clientWidth).toBe(true);
      const content = page.getByRole('tabpanel').element();
      expect(content.scrollWidth, section).toBeLessThanOrEqual(content.clientWidth);
    }
    test.recording.stop();
  });
});
