import { expect, it } from 'vitest';
import { createScriptedSession } from '../test/scriptedSession.ts';
import { NS } from './namespaces.ts';
import { element, serialize } from './xml.ts';

const ENABLED = serialize(element('enabled', NS.sm, { id: 'session', resume: 'true' }));

it('B413 a message that arrives before the server has enabled stream management is received, and stanzas are counted from then on', async () => {
  const { clock, server, transport, say, shown } = await createScriptedSession(['en'], (scripted) => {
    scripted.at = { stage: 'enable', act: 'silence' };
  });
  say('<body>early</body>');
  server.say(ENABLED);
  await clock.advance(100);
  expect(transport.getStatus().state).toBe('online');
  expect(shown()).toEqual([['text/plain', 'early']]);
  const before = server.heard.length;
  server.say(serialize(element('r', NS.sm)));
  // The answers to the requests of a new session; the message came before the count began.
  expect(server.heard.slice(before).map(({ name, attributes }) => [name, attributes['h']])).toEqual([['a', '2']]);
});
