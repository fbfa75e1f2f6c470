import { createInstantMessagingFlow } from '@imflow/core';
import { createFakeTransport } from '@imflow/testing';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { FlowInspector } from './FlowInspector.tsx';

it('B425 the inspector renders an empty element on a server, without a warning, and inspects nothing', () => {
  const consoleErrors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
  const inspect = vi.spyOn(flow, 'inspect');
  const html = renderToString(createElement(FlowInspector, { flow, defaultOpen: true }));
  expect(html).toBe('<div class="imflow-inspector"></div>');
  expect(inspect).not.toHaveBeenCalled();
  expect(consoleErrors).not.toHaveBeenCalled();
});
