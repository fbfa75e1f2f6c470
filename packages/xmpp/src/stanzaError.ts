import { NS } from './namespaces.ts';
import { childOf, childrenOf, type XmlElement } from './xml.ts';

/** The condition of a stanza error (RFC 6120 section 8.3.3). */
export function conditionOf(stanza: XmlElement): string | undefined {
  const error = childOf(stanza, 'error', NS.client);
  const conditions = error === undefined ? [] : childrenOf(error).filter(({ xmlns }) => xmlns === NS.stanzas);
  return conditions.find(({ name }) => name !== 'text')?.name;
}
