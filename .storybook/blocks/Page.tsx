import { AnchorMdx, CodeOrSourceMdx, HeadersMdx, Markdown, Source } from '@storybook/addon-docs/blocks';
import type { AnchorHTMLAttributes, ImgHTMLAttributes, ReactElement } from 'react';
import gateway from '../../docs/images/gateway.png';

/** A page of `docs`. Its links to other pages of the repository lead to the same pages in Storybook. */
export function Page({ text }: { readonly text: string }): ReactElement {
  return (
    <Markdown
      options={{
        forceBlock: true,
        overrides: { ...HeadersMdx, code: CodeOrSourceMdx, pre: Fence, a: Link, img: Picture },
      }}
    >
      {text}
    </Markdown>
  );
}

/** A fenced code block with syntax highlighting. */
function Fence({
  children,
}: {
  readonly children: ReactElement<{ className?: string; children: string }>;
}): ReactElement {
  const { className = '', children: code } = children.props;
  const language = /lang(?:uage)?-(\w+)/.exec(className)?.[1] ?? 'text';
  return <Source code={code} language={language as 'tsx'} />;
}

/** The pages of `docs` that Storybook shows, by the end of their path. */
const TITLES: Readonly<Record<string, string>> = {
  'authentication.md': 'guides-authentication-and-renewing-tokens',
  'coding-assistants.md': 'guides-coding-assistants',
  'content-security-policy.md': 'guides-content-security-policy',
  'contract.md': 'reference-the-contract',
  'conversation-lists.md': 'guides-conversation-lists-and-inboxes',
  'custom-messages.md': 'guides-messages-of-your-own',
  'inspecting.md': 'guides-inspecting-a-flow',
  'message-actions.md': 'guides-message-actions',
  'message-operations.md': 'guides-message-operations',
  'your-own-server.md': 'guides-your-own-server',
  'widget.md': 'guides-a-widget-in-a-foreign-page',
  'files.md': 'guides-files',
  'from-other-kits.md': 'guides-coming-from-another-kit',
  'from-ucma.md': 'guides-coming-from-ucma',
  'gateways.md': 'guides-gateways-and-the-proxied-mode',
  'getting-started.md': 'guides-a-chat-in-five-minutes',
  'glossary.md': 'reference-glossary',
  'notifications.md': 'guides-notifications-and-the-title',
  'offline-and-tabs.md': 'guides-offline-and-two-tabs',
  'registry.md': 'guides-a-registry-for-shadcn',
  'server-rendering.md': 'guides-server-rendering',
  'sip.md': 'guides-sip',
  'templates.md': 'guides-templates',
  'testing-your-chat.md': 'guides-testing-your-chat',
  'theming.md': 'guides-theming',
  'tokens.css': 'reference-tokens',
  'typing-and-ticks.md': 'guides-typing-and-ticks',
  'ucma.md': 'reference-ucma-member-by-member',
  'writing-a-transport.md': 'guides-writing-a-transport',
  'xmpp.md': 'guides-xmpp',
};

/** The pictures that pages of `docs` show, by the end of their path. */
const PICTURES: Readonly<Record<string, string>> = { 'gateway.png': gateway };

function Picture({ src = '', alt = '', ...rest }: ImgHTMLAttributes<HTMLImageElement>): ReactElement {
  return <img {...rest} alt={alt} src={PICTURES[src.replace(/^.*\//, '')] ?? src} style={{ maxWidth: '100%' }} />;
}

function Link({ href = '', children, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement>): ReactElement {
  const title = TITLES[href.replace(/^.*\//, '').replace(/#.*$/, '')];
  if (title !== undefined) {
    return (
      <a {...rest} href={`./?path=/docs/${title}--docs`} target="_top">
        {children}
      </a>
    );
  }
  // A link to a heading of the same page, which Storybook shows in a frame.
  if (href.startsWith('#')) return <AnchorMdx href={href}>{children}</AnchorMdx>;
  // Files that only the repository has have no address in Storybook.
  if (!/^https?:/.test(href)) return <span>{children}</span>;
  return (
    <a {...rest} href={href}>
      {children}
    </a>
  );
}
