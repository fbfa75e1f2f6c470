import { ConnectionBanner, MessageList } from '@imflow/ui';
import type { ReactElement } from 'react';

/** The banner takes no room: it lies over the top of the following element. */
export function ConnectionBannerAnatomy(): ReactElement {
  return (
    <>
      <ConnectionBanner />
      <MessageList />
    </>
  );
}
