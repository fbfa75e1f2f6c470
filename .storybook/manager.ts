import { createElement } from 'react';
import { AddonPanel } from 'storybook/internal/components';
import { addons, types } from 'storybook/manager-api';
import { create } from 'storybook/theming';
import { InspectorPlace } from './inspector/InspectorPlace.ts';
import { PANEL_ID } from './inspector/place.ts';

addons.register(PANEL_ID, () => {
  addons.add(PANEL_ID, {
    type: types.PANEL,
    title: 'Inspector',
    render: ({ active = false }) =>
      // oxlint-disable-next-line react/no-children-prop -- its type requires the property
      createElement(AddonPanel, { active, hasScrollbar: true, children: active && createElement(InspectorPlace) }),
  });
});

addons.setConfig({
  theme: create({
    base: 'light',
    brandTitle: 'imflow',
    brandImage: './imflow.svg',
    brandUrl: './',
    colorPrimary: '#0b63ce',
    colorSecondary: '#0b63ce',
    appBg: '#f6f8fb',
  }),
  layoutCustomisations: {
    // The story of two people needs the whole width, so the panel is hidden.
    showPanel: ({ storyId }, shown) => (storyId?.startsWith('start-here-') ? false : shown),
  },
});
