import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInstantMessagingFlow } from '@imflow/core';
import { createMemoryStore } from '@imflow/server';
import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { addChat } from './ownServer.ts';
import { connect } from './ownServerClient.ts';
import { addChatWithFiles } from './ownServerFiles.ts';
import { filesOnServer } from './ownServerFilesClient.ts';

it('two people talk over the server and the client of the README', async () => {
  const http = createServer();
  const chat = addChat(http, createMemoryStore(), (token) => (token.startsWith('of ') ? token.slice(3) : undefined));
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const asked: string[] = [];
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(url: string) {
        asked.push(url);
        super(`ws://127.0.0.1:${port}/chat`);
      }
    },
  );
  const [ana, bo] = ['ana', 'bo'].map((name, index) =>
    createInstantMessagingFlow({
      transport: connect(name, async () => `of ${name}`),
      remote: ['bo', 'ana'][index]!,
    }),
  ) as [ReturnType<typeof createInstantMessagingFlow>, ReturnType<typeof createInstantMessagingFlow>];
  try {
    ana.start();
    bo.start();
    const { settled } = ana.sendMessage('hello');
    await expect(settled).resolves.toMatchObject({ status: 'delivered' });
    await expect.poll(() => Array.from(bo.messages.order, (id) => bo.messages.get(id)?.body)).toEqual(['hello']);
    expect(asked).toContain('wss://example.com/chat');
  } finally {
    ana.terminate();
    bo.terminate();
    vi.unstubAllGlobals();
    await chat.close();
    http.close();
  }
});

it('the files of the guide are offered to users', async () => {
  const flow = createInstantMessagingFlow({
    transport: connect('ana', async () => 'of ana'),
    remote: 'bo',
    files: filesOnServer(async () => 'of ana'),
  });
  expect(flow.files?.canSend).toBe(true);
  expect(flow.files?.maxFileBytes).toBe(20_000_000);
  flow.terminate();
});

it('the server of the guide stores a file, and refuses one over its limit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imflow-guide-'));
  const http = createServer();
  const chat = addChatWithFiles(http, createMemoryStore(), (token) => token, folder);
  await chat.ready;
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const put = (body: BodyInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/chat/files?to=bo&id=m&name=a.txt`, {
      method: 'PUT',
      headers: { authorization: 'Bearer ana' },
      body,
    });
  try {
    expect((await put(new Uint8Array(20_000_001))).status).toBe(413);
    expect((await put('hello')).status).toBe(201);
  } finally {
    await chat.close();
    http.closeAllConnections();
    http.close();
    await rm(folder, { recursive: true });
  }
});
