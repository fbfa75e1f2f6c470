/** The place of the inspector: an element in Storybook's panel, which is in the document around that of the story. */

export const PANEL_ID = 'imflow/inspector';
/** The event of Storybook's channel that reports that the element appeared or disappeared. */
export const PLACE_CHANGED = `${PANEL_ID}/place`;
export const PLACE_ELEMENT_ID = 'imflow-inspector-place';
