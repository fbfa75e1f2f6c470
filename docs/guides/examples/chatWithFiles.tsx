import type { FileTransfer, Transport } from '@imflow/core';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import '@imflow/ui/files.css';
import '@imflow/ui/styles.css';
import type { ReactElement } from 'react';

/** A chat that sends and shows files. @param files made once, outside of components. */
export function ChatWithFiles({
  transport,
  files,
}: {
  readonly transport: Transport;
  readonly files: FileTransfer;
}): ReactElement {
  return (
    <FlowProvider transport={transport} remote="bo" files={files}>
      <Chat name="Bo" style={{ height: '100dvh' }} />
    </FlowProvider>
  );
}
