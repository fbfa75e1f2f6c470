import { ConnectionBanner, MessageList } from '@imflow/ui';
import type { ReactElement } from 'react';

/** It takes no room: what it says lies over the top of what follows. */
export function ConnectionBannerAnatomy(): ReactElement {
  return (
    <>
      <ConnectionBanner />
      <MessageList />
    </>
  );
}
