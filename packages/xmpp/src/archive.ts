/** Writes archive queries and reads their end (XEP-0313). */

import { NS } from './namespaces.ts';
import { childOf, element, type XmlElement } from './xml.ts';

/** An archive query (XEP-0313). */
export interface ArchiveQuery {
  /** Only the conversation with this address. Default: all. */
  readonly with?: string;
  /** The page before this position; empty: the newest. */
  readonly before?: string;
  /** The page after this position. */
  readonly after?: string;
  readonly limit: number;
}

/** Writes the form and the result set (XEP-0059) of an archive query. */
export function encodeArchiveQuery(queryId: string, query: ArchiveQuery): XmlElement {
  const { before, after, limit } = query;
  return element(
    'query',
    NS.mam,
    { queryid: queryId },
    element(
      'x',
      NS.data,
      { type: 'submit' },
      field('FORM_TYPE', NS.mam, 'hidden'),
      query.with === undefined ? undefined : field('with', query.with),
    ),
    element(
      'set',
      NS.rsm,
      {},
      element('max', NS.rsm, {}, String(limit)),
      after === undefined ? undefined : element('after', NS.rsm, {}, after),
      before === undefined ? undefined : element('before', NS.rsm, {}, before),
    ),
  );
}

/** Whether a page was the last one. */
export function isComplete(answer: XmlElement): boolean {
  const fin = childOf(answer, 'fin', NS.mam);
  return fin?.attributes['complete'] === 'true';
}

function field(name: string, value: string, type?: string): XmlElement {
  return element('field', NS.data, { var: name, type }, element('value', NS.data, {}, value));
}
