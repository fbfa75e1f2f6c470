import type { Preview } from '@storybook/react-vite';
import { useLayoutEffect } from 'react';
import '@imflow/ui/styles.css';
import './preview.css';

const preview: Preview = {
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    backgrounds: { disabled: true },
    controls: { expanded: true },
    options: { storySort: { order: ['Start here', 'Guides', 'Components'] } },
  },
  globalTypes: {
    theme: {
      description: 'Colour theme',
      toolbar: { title: 'Theme', icon: 'circlehollow', items: ['light', 'dark'], dynamicTitle: true },
    },
    direction: {
      description: 'Writing direction',
      toolbar: { title: 'Direction', icon: 'transfer', items: ['ltr', 'rtl'], dynamicTitle: true },
    },
  },
  initialGlobals: { theme: 'light', direction: 'ltr' },
  decorators: [
    function ThemeAndDirection(Story, { globals }) {
      const { theme, direction } = globals;
      useLayoutEffect(() => {
        document.documentElement.dataset['theme'] = theme;
        document.documentElement.dir = direction;
      }, [theme, direction]);
      return <Story />;
    },
  ],
};

export default preview;
