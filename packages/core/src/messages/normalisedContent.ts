import { isFile, withoutAddress } from './fileContent.ts';
import type { MessageRecord } from './messageRecord.ts';

/**
 * Returns the content of a message in the form in which copies are compared. A network may change its form but not its
 * meaning: the case and spaces of the type, the charset (RFC 2045 section 5.1), the line ends (RFC 2046 section 4.1.1). A file may have been uploaded twice.
 */
export function normalisedContent({ contentType, body }: Pick<MessageRecord, 'contentType' | 'body'>): string {
  if (isFile({ contentType })) return withoutAddress(body);
  const type = contentType.toLowerCase().replaceAll(/;\s*charset=[^;]*|\s/g, '');
  return `${type} ${body.includes('\r') ? body.replaceAll(/\r\n?/g, '\n') : body}`;
}
