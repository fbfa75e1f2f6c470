/** The key of a stored file: its place in the folder, and the end of its address. */

import { createHash } from 'node:crypto';

/** The place of a file. Both parts are hashes, so that no name of a user or a message becomes a part of a path. */
export interface FileKey {
  /** Of the user who uploaded it. */
  readonly owner: string;
  /** Of the recipient and the message id. */
  readonly file: string;
}

const KEY = /^(?<owner>[0-9a-f]{32})-(?<file>[0-9a-f]{32})$/;

/** The key of the file of a message; the same for each upload of it. */
export function fileKey(uploader: string, recipient: string, id: string): FileKey {
  return { owner: ownerKey(uploader), file: hash(recipient, id) };
}

/** The part of the key that the files of one user share. */
export function ownerKey(user: string): string {
  return hash(user);
}

/** The key as a part of an address. */
export function formatKey({ owner, file }: FileKey): string {
  return `${owner}-${file}`;
}

/** Reads a key of an address. */
export function parseKey(text: string): FileKey | undefined {
  const { owner, file } = KEY.exec(text)?.groups ?? {};
  return owner === undefined || file === undefined ? undefined : { owner, file };
}

function hash(...values: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 32);
}
