import type { Transport } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { createRoot } from 'react-dom/client';

/** Shows a chat in a foreign page. @param css the text of `@imflow/ui/styles.css`. @returns a function that removes it. */
export function mountWidget(host: HTMLElement, transport: Transport, css: string): () => void {
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  const root = createRoot(shadow);
  root.render(
    <FlowProvider transport={transport} remote="support">
      <Chat
        name="Support"
        style={{ position: 'fixed', insetBlockEnd: 16, insetInlineEnd: 16, blockSize: 480, inlineSize: 360 }}
      />
    </FlowProvider>,
  );
  return () => root.unmount();
}
