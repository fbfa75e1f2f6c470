/** Files: how a flow sends and receives them. An application that does not import this entry point loads none of it. */

export { describeFile } from './describeFile.ts';
export { type FileContent, parseFile } from './fileContent.ts';
export { createFormUploader, type FormUploaderOptions } from './formUploader.ts';
export { type FileRequest, sendFileRequest } from './httpRequest.ts';
export { createIndexedDbFileStore, type IndexedDbFileStoreOptions } from './indexedDbFileStore.ts';
export { createInlineUploader, type InlineUploaderOptions } from './inlineUploader.ts';
export { createMemoryFileStore } from './memoryFileStore.ts';
export { createPutUploader, type FileToSign, type PutUploaderOptions, type SignedUpload } from './putUploader.ts';
export { createSameOriginUploader, type SameOriginUploaderOptions } from './sameOriginUploader.ts';
export { createFileTransfer, type FileTransferOptions } from './transfer.ts';
