/** Edits (XEP-0308), retractions (XEP-0424) and reactions (XEP-0444) as stanzas. */

import type { EditOperation, OutgoingOperation, ReactOperation, RetractOperation } from '@imflow/core';
import type { MessageContent } from './messageContent.ts';
import { NS } from './namespaces.ts';
import { encodeContent } from './ownContent.ts';
import { childOf, childrenOf, element, textOf, type XmlElement } from './xml.ts';

/** For clients that do not know retractions (XEP-0424 section 3). */
const RETRACTED = 'The sender asked to delete a message, but this app cannot do that.';

/** An edit (XEP-0308), a retraction (XEP-0424) or reactions (XEP-0444) as a stanza. */
export function encodeOperation(to: string, operation: OutgoingOperation): XmlElement {
  const { id, target, sequence } = operation;
  if (![id, target].every((text) => typeof text === 'string' && text !== '')) {
    throw new TypeError('An operation must have an id and a target.');
  }
  const own = { sequence: String(sequence) };
  switch (operation.kind) {
    case 'edit':
      return encodeContent(to, id, operation, own, element('replace', NS.correct, { id: target }));
    case 'retract':
      return stanzaOf(to, id, own, [
        element('body', NS.client, {}, RETRACTED),
        element('fallback', NS.fallback, { for: NS.retract }),
        element('retract', NS.retract, { id: target }),
        element('apply-to', NS.fasten, { id: target }, element('retract', NS.oldRetract)),
        element('request', NS.receipts),
      ]);
    case 'react':
      return stanzaOf(to, id, own, [
        element(
          'reactions',
          NS.reactions,
          { id: target },
          ...operation.emojis.map((emoji) => element('reaction', NS.reactions, {}, emoji)),
        ),
      ]);
    default:
      throw new TypeError('operation.kind must be an edit, a retraction or reactions.');
  }
}

function stanzaOf(
  to: string,
  id: string,
  own: Readonly<Record<string, string>>,
  children: readonly XmlElement[],
): XmlElement {
  return element(
    'message',
    NS.client,
    { to, type: 'chat', id },
    ...children,
    element('origin-id', NS.ids, { id }),
    element('message', NS.imflow, own),
    element('store', NS.hints),
  );
}

type Act<T> = Omit<T, 'id' | 'sequence'>;

/** An operation in a message of a different client. */
export type MessageAct = Act<EditOperation> | Act<RetractOperation> | Act<ReactOperation>;

/**
 * Reads the operation of a stanza. Returns undefined for a plain message; `nothing` if it has a body only for clients
 * without operations, or is a correction without content.
 * @param content reads its content.
 */
export function actIn(
  stanza: XmlElement,
  content: () => MessageContent | undefined,
): MessageAct | 'nothing' | undefined {
  const reactions = childOf(stanza, 'reactions', NS.reactions);
  const fastened = childOf(stanza, 'apply-to', NS.fasten);
  const retract =
    childOf(stanza, 'retract', NS.retract) ??
    childOf(stanza, 'retract', NS.oldRetract) ??
    (fastened && childOf(fastened, 'retract', NS.oldRetract) && fastened);
  const target = (retract ?? reactions ?? childOf(stanza, 'replace', NS.correct))?.attributes['id'] ?? '';
  if (retract !== undefined) return target === '' ? 'nothing' : { kind: 'retract', target };
  if (reactions !== undefined) {
    const emojis = childrenOf(reactions).map((reaction) => textOf(reaction).trim());
    return target === '' ? 'nothing' : { kind: 'react', target, emojis };
  }
  // A correction without a target is a new message.
  if (target === '') return undefined;
  const replacement = content();
  return replacement === undefined ? 'nothing' : { kind: 'edit', target, ...replacement };
}
