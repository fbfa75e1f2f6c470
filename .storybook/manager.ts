import { addons } from 'storybook/manager-api';
import { create } from 'storybook/theming';

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
    // Two people need all the room there is.
    showPanel: ({ storyId }, shown) => (storyId?.startsWith('start-here-') ? false : shown),
  },
});
