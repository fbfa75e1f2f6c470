import type { FileUploader, Transport } from '@imflow/core';
import { createFileTransfer } from '@imflow/core/files';
import { Chat } from '@imflow/ui';
import { FlowProvider } from '@imflow/react';
import { type ReactElement, useMemo } from 'react';
import '@imflow/ui/files.css';

export interface MessageFileAnatomyProps {
  transport: Transport;
  /** Puts files where the participant can read them. */
  uploader: FileUploader;
}

/** A chat that sends and receives files of up to 25 MB. */
export function MessageFileAnatomy({ transport, uploader }: MessageFileAnatomyProps): ReactElement {
  const files = useMemo(() => createFileTransfer({ uploader, maxFileBytes: 25_000_000 }), [uploader]);
  return (
    <FlowProvider transport={transport} remote="bo" files={files}>
      <Chat />
    </FlowProvider>
  );
}
