/** Chooses the renderer for a content type. */

import type { ComponentType } from 'react';
import type { MessageRecord } from '@imflow/react';
import { essenceOf } from './contentType.ts';

/** The props of a renderer. */
export interface MessageRendererProps {
  /** Re-renders when it changes; a row of a list ignores changes of `receipt` alone (see `useMessage`). */
  readonly message: MessageRecord;
}

/**
 * Renders the bodies of a content type. If a renderer throws, only its message is affected: it is shown as unsupported
 * content. A lazy renderer (`React.lazy`) does not delay other messages.
 */
export type MessageRenderer = ComponentType<MessageRendererProps>;

/** A content type in small letters and without parameters, all types of a kind (`image/*`), or all (`*\/*`). */
export type ContentTypePattern = `${string}/${string}`;

/**
 * Renderers by content type. An exact type wins over the kit's own for texts, HTML and files; these win over a kind, and
 * a kind over all.
 */
export type MessageRenderers = Readonly<Record<ContentTypePattern, MessageRenderer>>;

/** Describes a message of the application's content type in words, for one line and for screen readers. */
export type MessageExcerpt = (message: MessageRecord) => string;

/** Excerpts by content type. An exact type wins over the kit's own, these over a kind, and a kind over all. */
export type MessageExcerpts = Readonly<Record<ContentTypePattern, MessageExcerpt>>;

/** The renderer of a content type: one of the application, or the one that the kit has for it. */
export function rendererFor(
  contentType: string,
  given: MessageRenderers,
  kit: MessageRenderers,
): MessageRenderer | undefined {
  const type = essenceOf(contentType);
  return own(given, type) ?? own(kit, type) ?? ofKind(given, type);
}

/** The application's entry for a content type: for this exact type, or for its kind if the kit has no renderer. */
export function excerptFor(type: string, given: MessageExcerpts, known: boolean): MessageExcerpt | undefined {
  return own(given, type) ?? (known ? undefined : ofKind(given, type));
}

function ofKind<T>(given: Readonly<Record<ContentTypePattern, T>>, type: string): T | undefined {
  return own(given, `${type.split('/', 1).join('')}/*`) ?? own(given, '*/*');
}

/** The key is input of another user, and may be the name of an inherited property. */
function own<T>(given: Readonly<Record<ContentTypePattern, T>>, key: string): T | undefined {
  return Object.hasOwn(given, key) ? given[key as ContentTypePattern] : undefined;
}
