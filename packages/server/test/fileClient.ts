import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ChatServerOptions, FilesOptions } from '../src/index.ts';
import { startServer, type StartedServer } from './startServer.ts';

/** A response to a request for a file. */
export interface FileResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Why it was refused. */
  readonly reason: string | undefined;
  /** The address in the response, resolved. */
  readonly url: string;
}

/** The fields of an upload. */
export interface UploadFields {
  readonly as?: string;
  readonly to?: string;
  readonly id?: string;
  readonly name?: string;
  readonly type?: string;
}

/** A new folder, which is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'imflow-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server that stores files, until the end of the test. */
export async function startFileServer(
  files: Partial<FilesOptions> = {},
  options: Partial<ChatServerOptions> = {},
): Promise<StartedServer & { readonly folder: string }> {
  const folder = files.folder ?? (await temporaryFolder());
  const server = await startServer({ ...options, files: { ...files, folder } });
  onTestFinished(() => server.close());
  return { ...server, folder };
}

export function filesUrl({ port }: Pick<StartedServer, 'port'>): string {
  return `http://127.0.0.1:${port}/chat/files`;
}

export function uploadUrl(
  server: Pick<StartedServer, 'port'>,
  { to = 'bo', id = 'm', name = 'a.png' }: UploadFields = {},
): string {
  return `${filesUrl(server)}?${String(new URLSearchParams({ to, id, name }))}`;
}

export function bearer(user: string): { readonly authorization: string } {
  return { authorization: `Bearer ${encodeURIComponent(`token of ${user}`)}` };
}

export async function ask(url: string, options: RequestInit = {}): Promise<FileResponse> {
  const response = await fetch(url, options);
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  const { reason, url: address = '' } = (isJson && text !== '' ? JSON.parse(text) : {}) as Record<
    'reason' | 'url',
    string | undefined
  >;
  return { status: response.status, headers: response.headers, text, reason, url: new URL(address, url).href };
}

/** Uploads a file; by default, Ana sends a picture to Bo. */
export function upload(
  server: Pick<StartedServer, 'port'>,
  body: string | Uint8Array<ArrayBuffer>,
  fields: UploadFields = {},
): Promise<FileResponse> {
  const { as = 'ana', type = 'image/png' } = fields;
  const headers = { ...bearer(as), 'content-type': type };
  return ask(uploadUrl(server, fields), { method: 'PUT', body, headers });
}

/** Asks for the signed address of a file. */
export function signedAddress(url: string, user: string): Promise<FileResponse> {
  return ask(`${url}/address`, { headers: bearer(user) });
}

/** Uploads a file, and returns a signed address of it. */
export async function uploaded(
  server: Pick<StartedServer, 'port'>,
  body: string | Uint8Array<ArrayBuffer>,
  fields: UploadFields = {},
): Promise<string> {
  const { url } = await upload(server, body, fields);
  return (await signedAddress(url, fields.as ?? 'ana')).url;
}

/** The names of the files that have not arrived yet. */
export function incomingFiles(folder: string): Promise<string[]> {
  return readdir(join(folder, 'incoming'));
}
