import { createServer } from 'node:http';
import { createChatServer } from '@imflow/server';
import { createPgliteStore } from '@imflow/server/pglite';

const port = Number(process.env.CHAT_PORT ?? 8787);

const chat = createChatServer({
  store: createPgliteStore({ folder: 'chat-data' }),
  // Everybody is who they say they are: put your sign-in here.
  authenticate: ({ token }) => token,
});
const http = createServer();
chat.attach(http);
await chat.ready;
http.listen(port, () => console.log(`The chat server listens on port ${port}.`));

process.once('SIGINT', () => void chat.close().then(() => process.exit()));
