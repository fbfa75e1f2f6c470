import { act, render } from '@testing-library/react';
import { expect, it, onTestFinished, vi } from 'vitest';
import { message } from '../../fixtures/conversation.ts';

const body = '<p>Hello <b>Ana</b></p><p>1 &lt; 2 &uuml;</p><script>alert(1)</script>';

it('B128 HTML is shown as its text while the sanitiser fails to load, without an error, and the sanitiser is requested again', async () => {
  const consoleErrors = vi.spyOn(console, 'error');
  const refused = vi.fn();
  const asked = vi.fn();
  vi.doMock('./sanitise.ts', () => {
    asked();
    throw new Error('Offline');
  });
  // Fresh modules, in which the sanitiser is not loaded, as in a page that has just opened.
  vi.resetModules();
  const { MessageBody } = await import('../index.ts');
  process.on('unhandledRejection', refused);
  onTestFinished(() => void process.off('unhandledRejection', refused));

  render(<MessageBody message={message(1, { body: 'plain https://a.example' })} />);
  await act(async () => vi.dynamicImportSettled());
  expect(asked).not.toHaveBeenCalled();

  const html = message(1, { contentType: 'text/html; charset=utf-8', body });
  const { container } = render(<MessageBody message={html} />);
  expect(container.innerHTML).toBe('<span class="imflow-text">Hello Ana\n1 &lt; 2 ü</span>');
  await act(async () => vi.dynamicImportSettled());
  expect(asked).toHaveBeenCalledOnce();
  expect(container.innerHTML).toBe('<span class="imflow-text">Hello Ana\n1 &lt; 2 ü</span>');

  vi.doUnmock('./sanitise.ts');
  const next = render(<MessageBody message={html} />);
  await act(async () => vi.dynamicImportSettled());
  for (const each of [container, next.container]) {
    expect(each.innerHTML).toBe('<div class="imflow-html"><p>Hello <b>Ana</b></p><p>1 &lt; 2 ü</p></div>');
  }
  expect(consoleErrors).not.toHaveBeenCalled();
  expect(refused).not.toHaveBeenCalled();
});
