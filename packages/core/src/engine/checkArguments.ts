/** The arguments of a flow's methods: each check throws what is wrong with a value. */

import { FlowError } from '../errors/FlowError.ts';
import { isBlankText } from '../messages/isBlankText.ts';
import { normaliseEmojis } from '../messages/revisions.ts';
import type { AttachedFiles } from '../ports/files.ts';
import type { TransportCapabilities } from '../ports/transport.ts';
import { isNonEmptyString } from '../validation/guards.ts';
import { MAX_EMOJI_LENGTH } from '../validation/operations.ts';
import { mustBe } from './settings.ts';

export function checkBody(
  body: unknown,
  maxLength: number,
  { maxMessageBytes, measureBody }: TransportCapabilities,
): void {
  if (typeof body !== 'string' || isBlankText(body)) {
    throw mustBe('a text with something in it', 'body', body);
  }
  if (body.length > maxLength) {
    throw new FlowError('out-of-range', `body has ${body.length} characters, but at most ${maxLength} may be sent.`);
  }
  if (maxMessageBytes === undefined) return;
  const bytes = measureBody?.(body) ?? new TextEncoder().encode(body).length;
  if (bytes <= maxMessageBytes) return;
  throw new FlowError('out-of-range', `body has ${bytes} bytes, but the transport accepts at most ${maxMessageBytes}.`);
}

export function checkFile(file: unknown, files: AttachedFiles): void {
  const { size, type } = (file ?? {}) as Partial<Blob>;
  if (typeof size !== 'number' || typeof type !== 'string') throw mustBe('a File or a Blob', 'file', file);
  const refusal = files.check(file as Blob);
  if (refusal === undefined) return;
  if (refusal.reason === 'type-not-accepted') throw mustBe(`one of: ${refusal.accept}`, "the file's type", type);
  const most = files.maxFileBytes === undefined ? '' : ` to ${files.maxFileBytes}`;
  throw new FlowError('out-of-range', `file has ${size} bytes, but must have 1${most || ' or more'}.`);
}

export function checkContentType(contentType: unknown): void {
  if (typeof contentType !== 'string' || contentType === '') throw mustBe('a content type', 'contentType', contentType);
}

export function checkEmojis(emojis: unknown, most: number): readonly string[] {
  if (!Array.isArray(emojis)) throw mustBe('a list of emojis', 'emojis', emojis);
  for (const emoji of emojis) {
    const sound = isNonEmptyString(emoji) && emoji.length <= MAX_EMOJI_LENGTH;
    if (!sound) throw mustBe('a list of emojis', 'emojis', emoji);
  }
  const normalised = normaliseEmojis(emojis as readonly string[]);
  if (normalised.length > most) {
    throw new FlowError('out-of-range', `emojis has ${normalised.length} emojis, but at most ${most} may be set.`);
  }
  return normalised;
}
