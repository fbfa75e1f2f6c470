/** Detects messages of emojis only. */

/** The most emoji that are shown large. */
const MAX_EMOJIS = 3;

/** One emoji, by the grammar of UTS 51 (1.4.9), with the emojis joined to it. It is one grapheme. */
const PICTURE = String.raw`\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?[\u{E0020}-\u{E007F}]*`;
const EMOJI = String.raw`(?:\p{Regional_Indicator}{2}|[#*\d]\uFE0F?\u20E3|${PICTURE}(?:\u200D${PICTURE})*)`;
const ONLY_EMOJI = new RegExp(String.raw`^\s*(?:${EMOJI}\s*){1,${MAX_EMOJIS}}$`, 'u');
/** Some characters, such as ©, are emojis only with an emoji variation selector. */
const PICTURES = /\p{Emoji_Presentation}|[\uFE0F\u20E3]/u;

/** The longest emoji, joined people, have about 30 UTF-16 units. */
const MAX_LENGTH = 100;

/** Whether a text is made of one to three emoji and nothing else, and may be shown large. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= MAX_LENGTH && PICTURES.test(text) && ONLY_EMOJI.test(text);
}
