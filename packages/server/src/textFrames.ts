/** Writes the frames of WebSockets. */

/**
 * Texts as frames of RFC 6455, section 5.2: one unmasked frame for each text, without extensions, in one buffer. `ws`
 * makes two chunks of each frame, and the system call for several chunks costs more.
 */
export function textFrames(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headerLength(length) + length, 0));
  let offset = 0;
  texts.forEach((text, index) => {
    const length = lengths[index] ?? 0;
    offset = writeHeader(frames, offset, length);
    offset += frames.write(text, offset);
  });
  return frames;
}

function headerLength(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

/** Returns where the header ends. */
function writeHeader(frames: Buffer, offset: number, length: number): number {
  // The last frame of a message, which is a text.
  frames[offset] = 0x81;
  if (length < 126) {
    frames[offset + 1] = length;
    return offset + 2;
  }
  if (length < 65_536) {
    frames[offset + 1] = 126;
    return frames.writeUInt16BE(length, offset + 2);
  }
  frames[offset + 1] = 127;
  return frames.writeBigUInt64BE(BigInt(length), offset + 2);
}
