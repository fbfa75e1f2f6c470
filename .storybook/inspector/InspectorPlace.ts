import { createElement, type ReactElement, useEffect } from 'react';
import { addons } from 'storybook/manager-api';
import { PLACE_CHANGED, PLACE_ELEMENT_ID } from './place.ts';

// Storybook compiles this file for a global React: JSX would need it in scope.

/** The element in Storybook's panel that the document of the story renders the inspector into. */
export function InspectorPlace(): ReactElement {
  useEffect(() => {
    const tell = (): void => addons.getChannel().emit(PLACE_CHANGED);
    tell();
    return tell;
  }, []);
  return createElement('div', { id: PLACE_ELEMENT_ID, style: { padding: 8 } });
}
