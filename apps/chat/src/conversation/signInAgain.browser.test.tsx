import { createInstantMessagingFlow, FlowError } from '@imflow/core';
import { createFakeTransport } from '@imflow/testing';
import { FlowProvider } from '@imflow/react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { keepPage } from '../keepPage.ts';
import { ENGLISH } from '../settings/languages.ts';
import { SettingsProvider } from '../settings/SettingsProvider.tsx';
import { readSettings } from '../settings/storedSettings.ts';
import { Conversation } from './Conversation.tsx';

async function open(onSignIn?: () => void) {
  const transport = createFakeTransport();
  const flow = createInstantMessagingFlow({ transport, remote: 'bo' });
  flow.start();
  onTestFinished(() => flow.terminate());
  const [me, remote] = [
    { address: 'ana', name: 'Ana' },
    { address: 'bo', name: 'Bo' },
  ];
  const screen = await render(
    <SettingsProvider first={{ settings: readSettings(), language: ENGLISH }}>
      <FlowProvider flow={flow}>
        <Conversation me={me} remote={remote} onServer {...(onSignIn && { onSignIn })} />
      </FlowProvider>
    </SettingsProvider>,
  );
  return { screen, transport };
}

test('B241 when the server has refused the account, the chat shows the reason and a way to sign in again', async () => {
  const signIn = vi.fn();
  const { screen, transport } = await open(signIn);
  const button = screen.getByRole('button', { name: 'Sign in again' });
  await expect.element(button).not.toBeInTheDocument();
  transport.setStatus({ state: 'closed', error: new FlowError('refused', 'The password is wrong.') });
  await button.click();
  expect(signIn).toHaveBeenCalledOnce();
});

test('B236 a file dropped beside the chat does not replace the page, and one dropped on the chat is explained', async () => {
  onTestFinished(keepPage(window));
  const { screen } = await open();
  const drop = (target: Element): boolean => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'x.txt', { type: 'text/plain' }));
    const events = ['dragover', 'drop'].map(
      (type) => new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer }),
    );
    return events.every((event) => !target.dispatchEvent(event));
  };
  expect(drop(document.body)).toBe(true);
  expect(drop(screen.container.querySelector('h1')!)).toBe(true);
  expect(drop(screen.container.querySelector('.imflow-viewport')!)).toBe(true);
  await expect.poll(() => screen.container.querySelector('.imflow-note')?.textContent).not.toBe('');
});
