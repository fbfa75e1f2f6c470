/** Files: how a flow sends and receives them. Nothing of it is loaded by an application that does not import it. */

export { describeFile } from './describeFile.ts';
export { type FileContent, parseFile } from './fileContent.ts';
export { createIndexedDbFileStore, type IndexedDbFileStoreOptions } from './indexedDbFileStore.ts';
export { createMemoryFileStore } from './memoryFileStore.ts';
export { createFileTransfer, type FileTransferOptions } from './transfer.ts';
