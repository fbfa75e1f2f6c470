/** The body of a message that carries a file. */

import type { MessageRecord } from './messageRecord.ts';

type Content = Pick<MessageRecord, 'contentType' | 'body'>;

/** The content type of a message that carries a file: its body is JSON, see `FileContent`. */
export const FILE_CONTENT_TYPE = 'application/vnd.imflow.file+json';

export function isFile({ contentType }: Pick<MessageRecord, 'contentType'>): boolean {
  return contentType === FILE_CONTENT_TYPE;
}

/** What a person reads of a message: its body; of a file the caption, or its name where it has none. */
export function readableText(content: Content): string {
  if (!isFile(content)) return content.body;
  const { caption, name } = fileTexts(content.body);
  return caption === '' ? name : caption;
}

/** The texts of a file that a person reads. Empty where there is none. */
export function fileTexts(body: string): { readonly caption: string; readonly name: string } {
  const { caption, name } = fieldsOf(body);
  return { caption: typeof caption === 'string' ? caption : '', name: typeof name === 'string' ? name : '' };
}

/** Returns the body of a file with another caption. Empty: none. */
export function withCaption(body: string, caption: string): string {
  const { caption: _caption, ...fields } = fieldsOf(body);
  return JSON.stringify(caption === '' ? fields : { ...fields, caption });
}

/** What identifies the content of a file: its address differs when it was uploaded twice. */
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
