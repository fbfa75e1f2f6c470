import type { MessageRecord } from './messageRecord.ts';

/**
 * The content as it compares. On its way a wire may write it in another way that means the same: the case and spaces of
 * the type, the charset that it was carried in (RFC 2045 section 5.1), the ends of lines (RFC 2046 section 4.1.1).
 */
export function normalisedContent({ contentType, body }: Pick<MessageRecord, 'contentType' | 'body'>): string {
  const type = contentType.toLowerCase().replaceAll(/;\s*charset=[^;]*|\s/g, '');
  return `${type} ${body.includes('\r') ? body.replaceAll(/\r\n?/g, '\n') : body}`;
}
