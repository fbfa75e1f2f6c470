import type { Preview } from '@storybook/react-vite';
import { useLayoutEffect } from 'react';
import '@imflow/ui/styles.css';
import '@imflow/ui/conversation-list.css';
import '@imflow/ui/files.css';
import '@imflow/ui/themes/ink.css';
import '@imflow/ui/themes/meadow.css';
import { StoryInspector } from './inspector/StoryInspector.tsx';
import './preview.css';

const THEMES = ['light', 'dark', 'meadow light', 'meadow dark', 'ink light', 'ink dark'];

const preview: Preview = {
  parameters: {
    a11y: { test: 'error' },
    backgrounds: { disabled: true },
    controls: { expanded: true },
    options: {
      storySort: {
        order: [
          'Start here',
          ['Introduction', 'Two people'],
          'Guides',
          [
            'A chat in five minutes',
            'Typing and ticks',
            'Offline and two tabs',
            'Theming',
            'Messages of your own',
            'Writing a transport',
            'Server rendering',
            'Testing your chat',
            'Gateways and the proxied mode',
            'Coming from UCMA',
            'Coming from another kit',
            'XMPP',
            'SIP',
          ],
          'Components',
          [
            'Chat',
            'ChatHeader',
            'ConnectionBanner',
            'MessageList',
            'MessageBody',
            'DeliveryTicks',
            'TypingIndicator',
            'Composer',
            'Announcer',
            'ChatSettings',
          ],
          'Reference',
          ['Tokens'],
        ],
      },
    },
  },
  globalTypes: {
    theme: {
      description: 'Colour theme',
      toolbar: { title: 'Theme', icon: 'circlehollow', items: THEMES, dynamicTitle: true },
    },
    direction: {
      description: 'Writing direction',
      toolbar: { title: 'Direction', icon: 'transfer', items: ['ltr', 'rtl'], dynamicTitle: true },
    },
  },
  initialGlobals: { theme: 'light', direction: 'ltr' },
  decorators: [
    function ThemeAndDirection(Story, { globals, viewMode }) {
      const { theme, direction } = globals;
      const alone = viewMode === 'story';
      useLayoutEffect(() => {
        if (!alone) return;
        document.documentElement.dataset['theme'] = theme;
        document.documentElement.dir = direction;
      }, [alone, theme, direction]);
      // On a page of docs, a story is one of several in a text, so that it must not set the theme of the document.
      return alone ? (
        <>
          <StoryInspector />
          <Story />
        </>
      ) : (
        <div className="story-in-docs" data-theme={theme} dir={direction}>
          <Story />
        </div>
      );
    },
  ],
};

export default preview;
