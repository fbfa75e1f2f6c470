import type { FileStore } from '../ports/files.ts';

/** A file store in memory: files that are not uploaded are lost with the page. */
export function createMemoryFileStore(): FileStore {
  const conversations = new Map<string, Map<string, { readonly file: Blob; readonly at: number }>>();
  const filesOf = (conversation: string): Map<string, { readonly file: Blob; readonly at: number }> => {
    const known = conversations.get(conversation) ?? new Map();
    conversations.set(conversation, known);
    return known;
  };
  return {
    async put(conversation, id, file, at) {
      filesOf(conversation).set(id, { file, at });
    },
    async get(conversation, id) {
      return filesOf(conversation).get(id)?.file;
    },
    async delete(conversation, ids) {
      for (const id of ids) filesOf(conversation).delete(id);
    },
    async list(conversation, before) {
      return Array.from(filesOf(conversation)).flatMap(([id, { at }]) => (at < before ? [id] : []));
    },
  };
}
