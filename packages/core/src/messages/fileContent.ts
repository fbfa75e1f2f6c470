/** The body of a message that carries a file. */

import type { MessageRecord } from './messageRecord.ts';

type Content = Pick<MessageRecord, 'contentType' | 'body'>;

/** The content type of a message that carries a file: its body is JSON, see `FileContent`. */
export const FILE_CONTENT_TYPE = 'application/vnd.imflow.file+json';

export function isFile({ contentType }: Pick<MessageRecord, 'contentType'>): boolean {
  return contentType === FILE_CONTENT_TYPE;
}

/** The text of a message that a person reads: its body; for a file, its caption, or its name if it has none. */
export function readableText(content: Content): string {
  if (!isFile(content)) return content.body;
  const { caption, name } = fileTexts(content.body);
  return caption === '' ? name : caption;
}

/** The texts of a file that a person reads: caption and name. Empty if the body is no file. */
export function fileTexts(body: string): { readonly caption: string; readonly name: string } {
  const { caption, name } = fieldsOf(body);
  return { caption: typeof caption === 'string' ? caption : '', name: typeof name === 'string' ? name : '' };
}

/** Returns the body of a file with a different caption; an empty one removes the caption. */
export function withCaption(body: string, caption: string): string {
  const { caption: _caption, ...fields } = fieldsOf(body);
  return JSON.stringify(caption === '' ? fields : { ...fields, caption });
}

/** The key of the content of a file. It omits the address, which differs if the file was uploaded twice. */
export function withoutAddress(body: string): string {
  const { url: _url, ...fields } = fieldsOf(body);
  return JSON.stringify(fields);
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(body) as object) };
  } catch {
    return {};
  }
}
