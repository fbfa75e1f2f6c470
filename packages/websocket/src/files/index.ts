/** Files on the server of the WebSocket. Nothing of it is loaded by an application that does not import it. */

export { createServerUploader, type ServerUploaderOptions } from './serverUploader.ts';
