/** Whether a content type is among the formats that the application supports. */
export function isContentTypeSupported(formats: readonly string[], contentType: string): boolean {
  const type = mediaType(contentType);
  return formats.some((format) => format === '*' || format.toLowerCase() === type);
}

/** A content type without its parameters. */
export function mediaType(contentType: string): string {
  return contentType.replace(/;.*/s, '').trim().toLowerCase();
}
