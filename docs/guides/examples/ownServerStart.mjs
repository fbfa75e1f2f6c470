import { createServer } from 'node:http';
import { createChatServer } from '@imflow/server';
import { createPgliteStore } from '@imflow/server/pglite';

const chat = createChatServer({
  store: createPgliteStore({ folder: 'chat-data' }),
  // Everybody is who they say they are: put your sign-in here.
  authenticate: ({ token }) => token,
});
const http = createServer();
chat.attach(http);
await chat.ready;
http.listen(8787, () => console.log('The chat server listens on port 8787.'));

process.once('SIGINT', () => void chat.close().then(() => process.exit()));
