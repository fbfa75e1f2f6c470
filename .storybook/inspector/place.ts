/** Where the inspector is rendered: an element in Storybook's panel, which is in the document around that of the story. */

export const PANEL_ID = 'imflow/inspector';
/** The element is there, or is gone. */
export const PLACE_CHANGED = `${PANEL_ID}/place`;
export const PLACE_ELEMENT_ID = 'imflow-inspector-place';
